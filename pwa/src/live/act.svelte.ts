import { tick } from 'svelte';
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
    const pressed = globalThis.document?.activeElement;
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
      void tick().then(() => focusAgain(pressed));
    }
  }

  clear(): void {
    this.problem = null;
    this.#key = null;
  }
}

/** A button that is disabled while it works loses the focus. */
function focusAgain(pressed: Element | null | undefined): void {
  if (pressed instanceof HTMLElement && document.activeElement === document.body) pressed.focus();
}
