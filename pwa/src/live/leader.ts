import { openStream, type Hear, type LiveEvent } from './event_stream';
import { isSilent } from './watchdog';

const LOCK = 'sipha-stream';
export type Message = { event: LiveEvent } | { health: 'open' | 'down' } | { hello: true };

/**
 * One stream for all tabs of the browser: the tab that holds the lock keeps it open and passes on what
 * it hears. When the holder closes, the lock goes to the next tab; if the holder is frozen, a visible tab
 * takes the lock over.
 */
export function shareStream(hear: Hear): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
    let id: string | null = null;
    return openStream({ ...hear, event: (event) => hear.event(keepId(event)) }, () => id);
    function keepId(event: LiveEvent): LiveEvent {
      id = event.id ?? id;
      return event;
    }
  }
  const channel = new BroadcastChannel(LOCK);
  const stop = new AbortController();
  let last_id: string | null = null;
  let last_sign = Date.now();
  let health: 'open' | 'down' | null = null;
  let close: (() => void) | null = null;

  const note = (message: Message) => {
    if ('event' in message) {
      last_id = message.event.id ?? last_id;
      last_sign = Date.now();
      hear.event(message.event);
    } else if ('health' in message) {
      health = message.health;
      if (health === 'open') last_sign = Date.now();
      hear.health(message.health);
    } else if (close && health) channel.postMessage({ health });
  };
  channel.onmessage = (received: MessageEvent<Message>) => note(received.data);
  const tell = (message: Message) => {
    channel.postMessage(message);
    note(message);
  };
  const lead = () =>
    new Promise<void>((done) => {
      const shut = openStream(
        { event: (event) => tell({ event }), health: (state) => state !== health && tell({ health: state }) },
        () => last_id,
      );
      close = () => {
        shut();
        close = null;
        done();
      };
      stop.signal.addEventListener('abort', () => close?.());
    });
  const ask = (steal: boolean) => {
    const options: LockOptions = steal ? { steal } : { signal: stop.signal };
    navigator.locks.request(LOCK, options, lead).catch(() => {
      // Either we are stopping, or another tab took over because this one was frozen.
      close?.();
      if (!stop.signal.aborted) ask(false);
    });
  };
  ask(false);
  channel.postMessage({ hello: true });
  const watchdog = setInterval(() => {
    if (close || document.visibilityState !== 'visible' || !isSilent(last_sign, Date.now())) return;
    last_sign = Date.now();
    ask(true);
  }, 5000);
  return () => {
    clearInterval(watchdog);
    stop.abort();
    channel.close();
  };
}
