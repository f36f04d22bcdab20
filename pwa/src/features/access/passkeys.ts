import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

const passkey = (passkey_id: string) => ({ params: { path: { passkey_id } } });
export const passkeys = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/passkeys', { signal })),
  remove: (id: string) => body(http.DELETE('/v1/passkeys/{passkey_id}', passkey(id))),
};

export const passkeys_query = () => ({
  queryKey: keys.passkeys(),
  queryFn: ({ signal }: { signal: AbortSignal }) => passkeys.all(signal),
});

/** Only over https (or on this machine), by a name and not by a number. */
export const canUsePasskeys = () =>
  'PublicKeyCredential' in globalThis &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  !/^[\d.]+$|:/.test(location.hostname);

const asJson = (made: Credential | null) => (made as PublicKeyCredential).toJSON() as t.Passkey;

/** The device asks its user; rejects with a DOMException if that is declined. */
export async function answerChallenge(): Promise<t.Passkey> {
  const options = (await body(http.POST('/v1/passkeys/challenge'))) as PublicKeyCredentialRequestOptionsJSON;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return asJson(await navigator.credentials.get({ publicKey }));
}

export async function register(name: string): Promise<void> {
  const options = (await body(
    http.POST('/v1/passkeys/registration'),
  )) as PublicKeyCredentialCreationOptionsJSON;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = asJson(await navigator.credentials.create({ publicKey }));
  await body(http.POST('/v1/passkeys', { body: { name, credential } }));
}

/** Somebody closed the browser's question, or no passkey fits. */
export const isDeclined = (cause: unknown) =>
  cause instanceof DOMException &&
  ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(cause.name);
