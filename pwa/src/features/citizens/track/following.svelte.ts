import { reports } from '../../../api/calls';
import { Problem } from '../../../api/problem';
import type { TrackedReport } from '../../../api/types';

const EVERY_MS = 4000;

/** Polls a report's state while somebody is looking at it. */
export class Following {
  report = $state.raw<TrackedReport | null>(null);
  /** Why the last read failed; earlier data stays. */
  problem = $state.raw<Problem | null>(null);
  read_at = $state(0);
  readonly #read: (signal: AbortSignal) => Promise<TrackedReport>;
  #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, token: string) {
    this.#read = (signal) => reports.track(id, token, signal);
  }

  /** Starts polling and returns the stop function. A page in the background does not poll; one that returns polls at
   * once. */
  start(): () => void {
    const seen = () => {
      if (document.visibilityState === 'visible') void this.#again();
    };
    document.addEventListener('visibilitychange', seen);
    addEventListener('online', seen);
    void this.#again();
    return () => {
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('online', seen);
      clearTimeout(this.#timer);
      this.#stopped.abort();
    };
  }

  async #again(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopped.abort();
    const turn = (this.#stopped = new AbortController());
    try {
      this.report = await this.#read(turn.signal);
      this.problem = null;
      this.read_at = Date.now();
    } catch (cause) {
      if (turn.signal.aborted) return;
      this.problem = cause instanceof Problem ? cause : new Problem(0, 'unexpected', String(cause));
    }
    if (turn.signal.aborted || document.visibilityState === 'hidden') return;
    this.#timer = setTimeout(() => void this.#again(), EVERY_MS);
  }
}
