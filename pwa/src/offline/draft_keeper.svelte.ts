import { onDestroy, onMount } from 'svelte';
import { forgetDraft, keepDraft, recallDraft } from './drafts';

const PAUSE_MS = 100;

/**
 * Saves a form while it is being filled in, for the calling component. `form` null: there is nobody to keep it
 * for. `read` returns what to keep, null while nothing is worth keeping; `fill` gets what an earlier page kept.
 */
export class DraftKeeper<T extends object> {
  /** True if the form's content was restored from an earlier page, not typed on this one. */
  restored = $state(false);
  readonly #form: () => string | null;
  /** Whose form it was when opened: after a sign-out nothing is saved in that name. */
  #mine: string | null = null;
  #ready = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due: T | null = null;

  constructor(form: () => string | null, read: () => T | null, fill: (kept: T) => void) {
    this.#form = form;
    onMount(async () => {
      this.#mine = form();
      const kept = this.#mine === null ? null : await recallDraft<T>(this.#mine).catch(() => null);
      if (kept && read() === null) {
        fill(kept);
        this.restored = true;
      }
      this.#ready = true;
    });
    $effect(() => {
      const now = read();
      if (this.#ready) this.#later(now);
    });
    onDestroy(() => this.#write());
    // A phone may kill a hidden page without notice.
    $effect(() => {
      const hidden = () => this.#write();
      addEventListener('pagehide', hidden);
      document.addEventListener('visibilitychange', hidden);
      return () => {
        removeEventListener('pagehide', hidden);
        document.removeEventListener('visibilitychange', hidden);
      };
    });
  }

  /** Sent, or started over: nothing of it stays on this phone. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.restored = false;
    if (this.#mine !== null) await forgetDraft(this.#mine).catch(() => undefined);
  }

  #later(value: T | null): void {
    clearTimeout(this.#timer);
    this.#due = value;
    this.#timer = setTimeout(() => this.#write(), PAUSE_MS);
  }

  #write(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#mine === null || this.#form() !== this.#mine) return;
    const writing = this.#due === null ? forgetDraft(this.#mine) : keepDraft(this.#mine, this.#due);
    void writing.catch(() => undefined);
  }
}
