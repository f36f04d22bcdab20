import { m } from '../locales/paraglide/messages';
import { isLocale, type Locale } from '../locales/paraglide/runtime';

/** A Declarative Web Push message as the worker uses it. */
export interface Push {
  title: string;
  body: string;
  lang: Locale;
  tag: string;
  navigate: string;
  data: {
    kind: string;
    delivery_id: string | null;
    receipt_token: string | null;
    assignment_id: string | null;
    incident_id: string | null;
    expires_at: string | null;
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** Parses any payload: a push that shows nothing costs the subscription, so this never fails. */
export function readPush(raw: unknown, origin: string): Push {
  const outer = raw && typeof raw === 'object' ? (raw as Record<string, unknown>) : {};
  const inner = (outer.notification ?? {}) as Record<string, unknown>;
  const data = (inner.data ?? {}) as Record<string, unknown>;
  const lang = isLocale(inner.lang) ? inner.lang : 'th';
  return {
    title: text(inner.title) ?? m.sw_unknown_title({}, { locale: lang }),
    body: text(inner.body) ?? m.sw_unknown_body({}, { locale: lang }),
    lang,
    tag: text(inner.tag) ?? text(data.assignment_id) ?? 'sipha',
    navigate: ownAddress(text(inner.navigate), origin),
    data: {
      kind: text(data.kind) ?? 'broadcast',
      delivery_id: text(data.delivery_id),
      receipt_token: text(data.receipt_token),
      assignment_id: text(data.assignment_id),
      incident_id: text(data.incident_id),
      expires_at: text(data.expires_at),
    },
  };
}

/** Only our own site's addresses are opened, whatever the message says. */
function ownAddress(navigate: string | null, origin: string): string {
  try {
    const url = new URL(navigate ?? '/officer', origin);
    return url.origin === origin ? url.href : `${origin}${url.pathname}${url.search}`;
  } catch {
    return `${origin}/officer`;
  }
}

export function isOver({ data }: Push, now: number): boolean {
  const at = Date.parse(data.expires_at ?? '');
  return Number.isFinite(at) && at <= now;
}

export interface Shown {
  title: string;
  options: NotificationOptions & {
    actions?: { action: string; title: string }[];
    renotify?: boolean;
    vibrate?: number[];
  };
}

/** The notification shown for it. */
export function notificationOf(push: Push, now: number): Shown {
  const locale = { locale: push.lang };
  const offer = push.data.kind === 'offer' || push.data.kind === 'reminder';
  const over = offer && isOver(push, now);
  const open = { action: 'open', title: m.sw_open({}, locale) };
  const accept = { action: 'accept', title: m.sw_accept({}, locale) };
  const answerable = offer && !over && push.data.assignment_id !== null;
  return {
    title: over ? m.sw_over_title({}, locale) : push.title,
    options: {
      body: over ? `${push.title} · ${m.sw_over_body({}, locale)}` : push.body,
      lang: push.lang,
      tag: push.tag,
      // Without it a second message with the same tag replaces the first silently.
      renotify: true,
      requireInteraction: answerable || push.data.kind === 'backup',
      silent: false,
      vibrate: answerable ? [400, 150, 400, 150, 400] : [200],
      icon: '/icon-192.png',
      badge: '/badge-96.png',
      actions: answerable ? [accept, open] : [open],
      data: push,
    },
  };
}
