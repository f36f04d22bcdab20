import type { Fix } from '../api/types';
import { thinPositions } from './outbox';
import { enqueue } from './outbox.svelte';

const SEND_EVERY_MS = 5000;

export type Sharing = 'off' | 'asking' | 'on' | 'denied' | 'unavailable' | 'unsupported';
const state = $state({ sharing: 'off' as Sharing, last: null as Fix | null });
let watch: number | null = null;
let timer: ReturnType<typeof setInterval> | null = null;
let fixes: Fix[] = [];

export const positions = {
  get sharing() {
    return state.sharing;
  },
  get last() {
    return state.last;
  },
};

/** Watches the phone's position while on duty and sends batches, each with its own id. */
export function sharePosition(owner: string): void {
  if (watch !== null) return;
  if (!('geolocation' in navigator)) {
    state.sharing = 'unsupported';
    return;
  }
  state.sharing = 'asking';
  watch = navigator.geolocation.watchPosition(
    (position) => {
      state.sharing = 'on';
      const fix = fixOf(position);
      state.last = fix;
      fixes.push(fix);
    },
    (error) => (state.sharing = error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable'),
    { enableHighAccuracy: true, maximumAge: 2000, timeout: 20_000 },
  );
  timer = setInterval(() => void sendBatch(owner), SEND_EVERY_MS);
}

export function stopSharing(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  if (timer !== null) clearInterval(timer);
  watch = timer = null;
  fixes = [];
  state.sharing = 'off';
}

async function sendBatch(owner: string): Promise<void> {
  if (fixes.length === 0) return;
  const batch = { id: crypto.randomUUID(), sent_at: new Date().toISOString(), fixes };
  fixes = [];
  await enqueue({
    id: batch.id,
    lane: 'positions',
    owner,
    method: 'POST',
    path: '/v1/positions',
    body: batch,
    idempotent: false,
  });
  await thinPositions();
}

export function fixOf({ timestamp, coords }: GeolocationPosition): Fix {
  const fix: Fix = { at: new Date(timestamp).toISOString(), lat: coords.latitude, lon: coords.longitude };
  if (Number.isFinite(coords.accuracy)) fix.accuracy = coords.accuracy;
  if (coords.speed !== null && Number.isFinite(coords.speed)) fix.speed = coords.speed;
  if (coords.heading !== null && Number.isFinite(coords.heading)) fix.heading = coords.heading;
  return fix;
}
