const APP = /^\d{6}$/;
const RECOVERY = /^[2-9a-hj-km-np-z]{5}-[2-9a-hj-km-np-z]{5}$/;

/** A code as it was typed or pasted, in the form that the server reads: no spaces, its dash in place. */
export function tidied(typed: string): string {
  const bare = typed.toLowerCase().replace(/[\s\p{Pd}]/gu, '');
  return bare.length === 10 ? `${bare.slice(0, 5)}-${bare.slice(5)}` : bare;
}

/** Whether it could be a code, so that a slip is told before it counts as a wrong one. */
export const isCode = (tidy: string): boolean => APP.test(tidy) || RECOVERY.test(tidy);

/** In groups of four, as one types it. */
export const grouped = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? '';
