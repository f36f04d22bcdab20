import { body, http, send } from '../../../api/client';
import type { components } from '../../../api/schema';

export type HerePage = components['schemas']['PageOut'];

const PHONE = 'sipha-here-phone';

/** Kept for this tab only: it tells a link that was passed on from one that was opened again. */
function phone(): string {
  const kept = sessionStorage.getItem(PHONE) ?? crypto.randomUUID();
  sessionStorage.setItem(PHONE, kept);
  return kept;
}

/** What the holder of a link may do. */
export class Link {
  readonly #path: string;
  readonly #token: string;

  constructor(report_id: string, token: string) {
    this.#path = `/v1/here/${report_id}`;
    this.#token = token;
  }
  read = () => send<HerePage>({ method: 'GET', path: this.#path, token: this.#token });
  position = ({ latitude, longitude, accuracy }: GeolocationCoordinates) =>
    this.#post('position', { lat: latitude, lon: longitude, accuracy: Math.round(accuracy), phone: phone() });
  say = (text: string) => this.#post('message', { text });
  photo(file: File): Promise<unknown> {
    const form = new FormData();
    form.set('photo', file);
    return send({ method: 'POST', path: `${this.#path}/photos`, form, token: this.#token });
  }
  #post(what: string, said: object): Promise<unknown> {
    return send({ method: 'POST', path: `${this.#path}/${what}`, body: said, token: this.#token });
  }
}

export const byCode = (code: string) => body(http.POST('/v1/here', { body: { code } }));
