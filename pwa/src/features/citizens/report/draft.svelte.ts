import type { NewReport, ReportKind } from '../../../api/types';
import type { Place } from './locator.svelte';

/** 192 random bits in base64url. */
function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** A draft as the phone keeps it: what was typed, and the pin if a person set one. */
export interface KeptReport {
  id: string;
  secret: string;
  kind: ReportKind;
  description: string;
  contact: string;
  safe_to_call: boolean;
  silent: boolean;
  injured: boolean;
  /** Absent in drafts of an earlier release. */
  about_police?: boolean;
  weapon: boolean;
  photos: File[];
  pin: { lat: number; lon: number } | null;
}

/** What a citizen has filled in so far. Only the kind and the place are needed. */
export class Draft {
  // One id from the first touch, so that it stays one report however often it is sent.
  id = crypto.randomUUID();
  /** Proves that a retry comes from this phone; everybody who has the link knows the id. */
  secret = randomSecret();
  kind = $state<ReportKind | null>(null);
  description = $state('');
  contact = $state('');
  safe_to_call = $state(false);
  silent = $state(false);
  injured = $state(false);
  about_police = $state(false);
  weapon = $state(false);
  photos = $state<File[]>([]);

  toReport(place: Place, language: string): NewReport {
    return {
      id: this.id,
      secret: this.secret,
      kind: this.kind ?? 'sos',
      lat: place.lat,
      lon: place.lon,
      language,
      silent: this.silent,
      ...(this.injured && { injured: true }),
      ...(this.about_police && { about_police: true }),
      ...(this.weapon && { hazards: ['weapon' as const] }),
      ...(place.accuracy !== null && { accuracy: Math.round(place.accuracy) }),
      ...(this.description.trim() && { description: this.description.trim() }),
      ...(this.contact.trim() && { contact: this.contact.trim(), safe_to_call: this.safe_to_call }),
    };
  }

  /** An SOS goes out in seconds and must not restart by itself, so no draft of it is kept. */
  toKept(pin: KeptReport['pin']): KeptReport | null {
    if (this.kind === null || this.kind === 'sos') return null;
    const { id, secret, kind, description, contact, safe_to_call } = this;
    const { silent, injured, about_police, weapon } = this;
    const photos = [...this.photos];
    return {
      ...{ id, secret, kind, description, contact, safe_to_call },
      ...{ silent, injured, about_police, weapon, photos, pin },
    };
  }

  fill({ pin: _, ...kept }: KeptReport): void {
    Object.assign(this, kept);
  }

  clear(): void {
    this.id = crypto.randomUUID();
    this.secret = randomSecret();
    this.kind = null;
    this.description = this.contact = '';
    this.safe_to_call = this.silent = this.injured = this.weapon = false;
    this.photos = [];
  }
}
