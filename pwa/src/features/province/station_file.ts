import { parse } from 'smol-toml';
import type { FoundedStation, StationPlan } from '../../api/types';

/** The stations of a file as `sipha province --example` prints it, or of one with a single station. Throws with the line
 * for what is no TOML; what is in it, the server judges. */
export function stationsOf(text: string): StationPlan[] {
  const file = parse(text);
  return (Array.isArray(file.station) ? file.station : [file]) as unknown as StationPlan[];
}

const quoted = (value: string) => `"${(/^[=+\-@]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

/** What is shown only once: who opens which link, and the two tokens of each station. */
export function secretsAsCsv(founded: FoundedStation[]): string {
  const rows = founded.flatMap(({ name_th, invitations, worker_token, enroller_token }) => [
    ...invitations.map(({ username, link }) => [name_th, username, link]),
    ...(worker_token ? [[name_th, 'worker', worker_token]] : []),
    ...(enroller_token ? [[name_th, 'enroller', enroller_token]] : []),
  ]);
  const lines = [['station', 'for', 'secret'], ...rows].map((row) => row.map(quoted).join(','));
  return `\u{feff}${lines.join('\r\n')}\r\n`;
}
