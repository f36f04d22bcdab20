/** Who has unlocked this screen, the last one first, so that nobody types a name in a hurry. */
const KEPT = 'sipha-last-here';
const MOST = 8;

export function lastHere(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberHere(username: string): void {
  try {
    const names = [username, ...lastHere().filter((name) => name !== username)];
    localStorage.setItem(KEPT, JSON.stringify(names.slice(0, MOST)));
  } catch {
    // A private window does not remember it.
  }
}
