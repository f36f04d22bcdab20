import { createSubscriber } from 'svelte/reactivity';
import { ServerClock } from './clock';

export const server_clock = new ServerClock();

const TICK_MS = 250;
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, TICK_MS);
  return () => clearInterval(timer);
});

/** The server's time in milliseconds; templates that read it are re-rendered as it passes. */
export function now(): number {
  subscribe();
  return server_clock.now();
}
