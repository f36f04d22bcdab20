import { onDestroy, onMount } from 'svelte';
import { forgetDraft, keepDraft, recallDraft } from './drafts';

const PAUSE_MS = 100;

/**
 * Keeps a form while it is being filled in, for the component that calls this. `form` null: nobody is there to keep it
 * for. `read` answers what to keep, null while there is nothing worth it; `fill` gets what was kept by an earlier page.
 */
export class DraftKeeper<T extends object> {
  /** True when what the form shows came from an earlier page and not from the person's hands. */
  restored = $state(false);
  readonly #form: () => string | null;
  /** Whose form it was when it was opened: after a sign-out nothing is written in that name. */
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
    // A phone may end a hidden page without another word.
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

  /** Sent, or begun anew: nothing of it stays on this phone. */
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
