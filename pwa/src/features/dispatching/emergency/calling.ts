import { enqueue } from '../../../offline/outbox.svelte';
import { fixOf, positions } from '../../../offline/positions.svelte';

/** The server's own fix of this unit is newer than one that this phone has not renewed for so long. */
const FRESH_MS = 15_000;

/** Kept on this phone before it is sent; a lane of its own, so that nothing else holds it up. */
export async function callForHelp(owner: string, silent: boolean): Promise<void> {
  const last = positions.last;
  const fresh = last && Date.now() - Date.parse(last.at) < FRESH_MS ? last : null;
  await press(owner, silent, fresh);
  if (fresh || !('geolocation' in navigator)) return;
  navigator.geolocation.getCurrentPosition(
    (position) => void press(owner, silent, fixOf(position)),
    () => undefined,
    { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: 20_000 },
  );
}

async function press(owner: string, silent: boolean, at: { lat: number; lon: number } | null): Promise<void> {
  const id = crypto.randomUUID();
  const place = at ? { lat: at.lat, lon: at.lon } : {};
  await post(owner, id, '/v1/officer-emergency', 'emergency', {
    id,
    silent,
    at: new Date().toISOString(),
    ...place,
  });
}

/** `id`: the emergency it ends, because this word may reach the server after another has begun. */
export async function saySafe(owner: string, id: string): Promise<void> {
  await post(owner, crypto.randomUUID(), '/v1/officer-emergency/safe', 'safe', { id });
}

const post = (owner: string, id: string, path: string, step: string, body: object) =>
  enqueue({ id, lane: 'emergency', owner, method: 'POST', path, body, idempotent: step === 'safe', step });
