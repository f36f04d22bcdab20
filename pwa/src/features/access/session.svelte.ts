import { session as calls } from '../../api/calls';
import { keepCsrf, onLocked, onSecondFactor, onSessionEnd } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Me, Passkey, Role, Shift } from '../../api/types';
import { clear, refreshAll } from '../../live/changes';
import { goLive, goQuiet } from '../../live/connection.svelte';
import { speakAs } from '../../locales/locale.svelte';
import { sendAs } from '../../offline/outbox.svelte';
import { forget, recall, remember } from '../../offline/snapshots';
import { go, here } from '../../ui/router.svelte';

type Status = 'unknown' | 'in' | 'out';
const state = $state({ status: 'unknown' as Status, me: null as Me | null });

export const session = {
  get status() {
    return state.status;
  },
  get me() {
    return state.me;
  },
  get role(): Role | null {
    return state.me?.user.role ?? null;
  },
};

const HOMES: Partial<Record<Role, string>> = {
  officer: '/officer',
  operator: '/operator',
  commander: '/commander',
  admin: '/cameras',
  auditor: '/audit',
  province: '/province',
};
export const homeOf = (role: Role): string => HOMES[role] ?? '/';

/** Asks the server who is signed in; without a network, the last answer stored on this phone counts. */
export async function findSession(): Promise<void> {
  try {
    enter(await calls.me());
  } catch (problem) {
    const away = problem instanceof Problem && problem.temporary;
    const last = away ? await recall<Me>('me').catch(() => null) : null;
    if (last) enter(last.value, false);
    else {
      if (!away) await forget().catch(() => undefined);
      leave();
    }
    if (away) setTimeout(() => void findSession(), 5000);
  }
}

export async function signIn(
  username: string,
  password: string,
  factor: { otp?: string; passkey?: Passkey } = {},
): Promise<Me> {
  const opened = await calls.open({ username, password, ...factor });
  keepCsrf(opened.csrf_token);
  const me = await calls.me().catch(() => ({ ...opened, shift: null }));
  await forget().catch(() => undefined);
  clear();
  enter(me);
  return me;
}

/** Somebody has unlocked this screen of the radio room: what it shows stays, the stream is theirs from now on. */
export async function takeOver(opened: { user: Me['user']; csrf_token: string }): Promise<void> {
  keepCsrf(opened.csrf_token);
  const me = await calls.me();
  goQuiet();
  enter(me);
  (await radioRoomLock()).tellTaken();
  refreshAll();
}

/** Asks once more what the server knows of this person, such as whether there is a second factor. */
export async function askAgain(): Promise<void> {
  const me = await calls.me().catch(() => null);
  if (me) enter(me);
}

export async function signOut(): Promise<void> {
  await calls.close().catch(() => undefined);
  leave();
  clear();
  go('/');
  // Last, so that from here on no form saves anything in this person's name.
  await forget().catch(() => undefined);
}

export function keepShift(shift: Shift | null): void {
  if (!state.me) return;
  state.me = { ...state.me, shift };
  void keep(state.me);
}

/** The account stores the language, so that pushes use it too. */
export function rememberLanguage(language: string): void {
  if (state.status === 'in') void calls.language(language).catch(() => undefined);
}

function enter(me: Me, fresh = true): void {
  if (fresh) {
    keepCsrf(me.csrf_token);
    void keep(me);
  }
  state.me = me;
  state.status = 'in';
  guard(me);
  speakAs(me.user.language);
  sendAs(me.user.id);
  goLive(() => void ended());
}

/** Phones and citizens never load it. */
const radioRoomLock = () => import('./lock/lock.svelte');
let guarded = false;
function guard(me: Me | null): void {
  guarded ||= Boolean(me?.locks_at);
  if (guarded) void radioRoomLock().then((lock) => lock.mayLock(me, () => void askAgain()));
}

async function keep(me: Me): Promise<void> {
  await remember('me', { ...me, csrf_token: '' }).catch(() => undefined);
}

function leave(): void {
  keepCsrf(null);
  state.me = null;
  state.status = 'out';
  guard(null);
  sendAs(null);
  goQuiet();
}

/** Revoked, expired, or signed out in another tab: nothing stays on the phone except what is queued for its owner. */
async function ended(): Promise<void> {
  if (state.status !== 'in') return;
  // Taken over in another tab: the cookie is somebody's new session.
  const me = await calls.me().catch(() => null);
  if (state.status !== 'in') return;
  if (me) {
    goQuiet();
    enter(me);
    return;
  }
  leave();
  clear();
  void forget().catch(() => undefined);
  go(`/sign-in?ended=1&next=${encodeURIComponent(here.whole)}`, { replace: true });
}
onSessionEnd(() => void ended());
onLocked(() => void radioRoomLock().then((lock) => lock.showLocked()));

/** Until it is set up, this person has no stream either. */
onSecondFactor(() => {
  goQuiet();
  go('/account?required=1', { replace: true });
});
