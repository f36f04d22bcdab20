import { refresh } from './changes';
import { keys } from './keys';

type Message = { kind: 'push'; push_kind: string } | { kind: 'open'; path: string };
const hearers = new Set<(push_kind: string) => void>();

/** Called for every push that reached this phone, with its kind. */
export function onPush(hear: (push_kind: string) => void): () => void {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** Messages from the service worker: a push arrived, or its notification was tapped. */
export function hearWorker(open: (path: string) => void): void {
  navigator.serviceWorker?.addEventListener('message', (event) => {
    const message = event.data as Message | null;
    if (message?.kind === 'push') {
      refresh(keys.current());
      for (const hear of hearers) hear(message.push_kind);
    } else if (message?.kind === 'open') {
      refresh(keys.current());
      open(message.path);
    }
  });
}
