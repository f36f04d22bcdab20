import { Problem } from '../api/problem';
import { refresh } from './changes';
import type { Key } from './keys';

/**
 * One action on a screen: shows at once that it is under way, keeps its error, and reloads
 * what it changed. `key` stays the same for a retry after a failure, so that nothing happens twice.
 */
export class Action {
  busy = $state(false);
  problem = $state<Problem | null>(null);
  #key: string | null = null;

  async run(work: (key: string) => Promise<unknown>, ...changed: Key[]): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    this.#key ??= crypto.randomUUID();
    try {
      await work(this.#key);
      this.#key = null;
      return true;
    } catch (cause) {
      this.problem = cause instanceof Problem ? cause : new Problem(0, 'unexpected', String(cause));
      if (!this.problem.temporary) this.#key = null;
      return false;
    } finally {
      this.busy = false;
      refresh(...changed);
    }
  }

  clear(): void {
    this.problem = null;
    this.#key = null;
  }
}
