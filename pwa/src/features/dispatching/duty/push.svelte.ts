import { push as calls } from '../../../api/calls';
import { Problem } from '../../../api/problem';

export type PushState =
  'asking' | 'unsupported' | 'install_first' | 'denied' | 'off' | 'on' | 'failed' | 'no_service';

const state = $state({
  push: 'off' as PushState,
  problem: null as Problem | null,
  /** State of the test: requested, arrived on this phone, or nothing arrived. */
  test: 'idle' as 'idle' | 'sent' | 'arrived' | 'nothing',
});
export const push = {
  get state() {
    return state.push;
  },
  get problem() {
    return state.problem;
  },
  get test() {
    return state.test;
  },
};

const WORKER_WAIT_MS = 8000;
/** A browser whose push service does not answer may never settle the promise. */
const SERVICE_WAIT_MS = 15_000;
const TEST_WAIT_MS = 20_000;

/** Finds out what this phone can do without prompting. Renews an existing subscription. */
export async function lookAtPush(): Promise<void> {
  const possible = supported();
  if (possible !== 'on') {
    state.push = possible;
    return;
  }
  if (Notification.permission === 'denied') state.push = 'denied';
  else if (Notification.permission === 'granted') await subscribe(true);
  else state.push = 'off';
}

/** Must be called from a touch: browsers ask for permission only then. */
export async function switchOnPush(): Promise<void> {
  const possible = supported();
  if (possible !== 'on') {
    state.push = possible;
    return;
  }
  state.push = 'asking';
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') {
    state.push = permission === 'denied' ? 'denied' : 'off';
    return;
  }
  await subscribe(false);
}

export async function testPush(): Promise<void> {
  state.test = 'sent';
  state.problem = null;
  try {
    await calls.test();
  } catch (cause) {
    state.problem = cause instanceof Problem ? cause : null;
    state.test = 'idle';
    return;
  }
  setTimeout(() => {
    if (state.test === 'sent') state.test = 'nothing';
  }, TEST_WAIT_MS);
}

/** The service worker tells the page about every push that arrives. */
export function heardPush(kind: string): void {
  if (kind === 'test') state.test = 'arrived';
}

function supported(): PushState {
  if (!('serviceWorker' in navigator)) return 'unsupported';
  if ('PushManager' in window && 'Notification' in window) return 'on';
  // On iPhones push works only for sites added to the home screen.
  const apple = /iPhone|iPad/.test(navigator.userAgent);
  return apple && !matchMedia('(display-mode: standalone)').matches ? 'install_first' : 'unsupported';
}

async function subscribe(quietly: boolean): Promise<void> {
  state.problem = null;
  if (state.push === 'on') state.push = 'asking';
  try {
    const registration = await worker();
    const existing = await inTime(registration.pushManager.getSubscription(), SERVICE_WAIT_MS);
    if (!existing && quietly) {
      state.push = 'off';
      return;
    }
    const subscription = existing ?? (await inTime(fresh(registration), SERVICE_WAIT_MS));
    const { endpoint, keys } = subscription.toJSON();
    if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error('subscription without keys');
    await calls.subscribe({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, device: device() });
    state.push = 'on';
  } catch (cause) {
    state.problem = cause instanceof Problem ? cause : null;
    // Says that the browser's push service did not answer: it is not the person's fault.
    state.push = cause instanceof DOMException && cause.name === 'AbortError' ? 'no_service' : 'failed';
  }
}

async function fresh(registration: ServiceWorkerRegistration): Promise<PushSubscription> {
  const { key } = await calls.key();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

/** The same with a time-out: a phone that cannot ring must not look as if it could. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new DOMException('no answer', 'AbortError')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The active worker, with a time-out: without one, `ready` never resolves. */
async function worker(): Promise<ServiceWorkerRegistration> {
  try {
    return await inTime(navigator.serviceWorker.ready, WORKER_WAIT_MS);
  } catch {
    throw new Error('no service worker');
  }
}

/** base64url, as VAPID keys are written, to bytes. */
export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function device(): string {
  const found = /(iPhone|iPad|Android|Windows|Macintosh|Linux)/.exec(navigator.userAgent);
  return found?.[1] ?? 'browser';
}
