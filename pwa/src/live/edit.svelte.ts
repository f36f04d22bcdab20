const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What is typed about something that somebody else may be changing as well. */
export class Edit<Facts extends object> {
  typed = $state() as Facts;
  /** Changed by both, and differently. */
  disputed = $state<(keyof Facts)[]>([]);
  version = $state(0);
  #seen = $state.raw() as Facts;
  readonly changed = $derived(this.#names.filter((name) => !same(this.typed[name], this.#seen[name])));

  constructor(present: Facts, version = 0) {
    this.begin(present, version);
  }

  get seen(): Facts {
    return this.#seen;
  }
  get #names() {
    return Object.keys(this.#seen) as (keyof Facts)[];
  }

  begin(present: Facts, version: number): void {
    this.#seen = present;
    this.typed = { ...present };
    this.version = version;
    this.disputed = [];
  }

  /** A newer version counts at once while nothing is typed. */
  follow(present: Facts, version: number): void {
    if (this.changed.length === 0 && version > this.version) this.begin(present, version);
  }

  /** Somebody else was first: what was typed stays, everything else is as it is now. */
  rebase(present: Facts, version: number): void {
    const mine = this.changed;
    this.disputed = mine.filter(
      (name) => !same(present[name], this.#seen[name]) && !same(present[name], this.typed[name]),
    );
    const kept = Object.fromEntries(mine.map((name) => [name, this.typed[name]]));
    this.#seen = present;
    this.typed = { ...present, ...kept };
    this.version = version;
  }
}
