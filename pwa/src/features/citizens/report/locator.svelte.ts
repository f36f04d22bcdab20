export interface Place {
  lat: number;
  lon: number;
  /** Metres; null when a person set the pin. */
  accuracy: number | null;
  at: number;
}
type State = 'asking' | 'found' | 'denied' | 'unavailable' | 'unsupported';

const GOOD_ENOUGH_M = 40;
const TOO_OLD_MS = 60_000;

/** Looks for the phone's position from the moment the page opens, and keeps the best of the last minute. */
export class Locator {
  state = $state<State>('asking');
  place = $state<Place | null>(null);
  by_hand = $state(false);
  #watch: number | null = null;

  start(): void {
    if (!('geolocation' in navigator)) {
      this.state = 'unsupported';
      return;
    }
    this.stop();
    this.state = 'asking';
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const found = {
          lat: coords.latitude,
          lon: coords.longitude,
          accuracy: coords.accuracy,
          at: timestamp,
        };
        this.state = 'found';
        if (!this.by_hand && isBetter(found, this.place)) this.place = found;
      },
      (error) => {
        if (this.place) return;
        this.state = error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable';
      },
      { enableHighAccuracy: true, maximumAge: 15_000, timeout: 15_000 },
    );
  }

  setByHand(lat: number, lon: number): void {
    this.by_hand = true;
    this.place = { lat, lon, accuracy: null, at: Date.now() };
  }

  stop(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
  }
}

/** The newer fix wins unless it is clearly coarser than a fix that is still fresh. */
export function isBetter(found: Place, kept: Place | null): boolean {
  if (!kept || kept.accuracy === null || found.at - kept.at > TOO_OLD_MS) return true;
  const accuracy = found.accuracy ?? Infinity;
  return accuracy <= GOOD_ENOUGH_M || accuracy <= kept.accuracy;
}
