/**
 * The server's clock, as well as this device can know it. Each reading says "the server's clock
 * stood at `server` when something left it"; it arrived later by an unknown delay, so the reading
 * with the largest offset is the one with the least delay.
 */
export class ServerClock {
  #readings: number[] = [];

  constructor(private readonly keep = 20) {}

  /** Milliseconds to add to this device's clock. */
  get offset(): number {
    return this.#readings.length ? Math.max(...this.#readings) : 0;
  }

  observe(server: number, local: number): void {
    if (!Number.isFinite(server) || !Number.isFinite(local)) return;
    const offset = server - local;
    // The device's clock was set or the device slept: earlier readings are worthless.
    if (this.#readings.length && Math.abs(offset - this.offset) > 30_000) this.#readings = [];
    this.#readings = [...this.#readings, offset].slice(-this.keep);
  }

  now(local = Date.now()): number {
    return local + this.offset;
  }
}
