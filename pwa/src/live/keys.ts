import type { LiveEvent } from './event_stream';

/** Cache keys; every query of the screens uses one of these. */
export const keys = {
  station: () => ['station'] as const,
  current: () => ['current'] as const,
  alerts: () => ['alerts'] as const,
  alert: (id: string) => ['alert', id] as const,
  alarms: () => ['alarms'] as const,
  incidents: () => ['incidents'] as const,
  incident: (id: string) => ['incident', id] as const,
  candidates: (id: string) => ['candidates', id] as const,
  messages: (incident_id: string) => ['messages', incident_id] as const,
  incident_reports: (id: string) => ['incident_reports', id] as const,
  units: () => ['units'] as const,
  equipped_units: () => ['equipped_units'] as const,
  shift_units: () => ['shift_units'] as const,
  cameras: () => ['cameras'] as const,
  policy: (...part: string[]) => ['policy', ...part],
  roster: (...part: string[]) => ['roster', ...part],
  beats: () => ['beats'] as const,
  machines: () => ['machines'] as const,
  audit: (filter: string) => ['audit', filter] as const,
  audit_head: () => ['audit_head'] as const,
  oversight: () => ['oversight'] as const,
  premises: () => ['premises'] as const,
  located: (incident_id: string) => ['located', incident_id] as const,
  unmatched_callers: () => ['unmatched_callers'] as const,
  stationsNear: (incident_id: string) => ['stations_near', incident_id] as const,
  restriction: (incident_id: string) => ['restriction', incident_id] as const,
  declarations: () => ['declarations'] as const,
  watchlist: () => ['watchlist'] as const,
  proposals: () => ['proposals'] as const,
  delegation: () => ['delegation'] as const,
  supervision: () => ['supervision'] as const,
  channels: () => ['channels'] as const,
  trackers: (unit_id: string) => ['trackers', unit_id] as const,
  route: (assignment_id: string) => ['route', assignment_id] as const,
  coverage: (minutes: string) => ['coverage', minutes] as const,
  province: () => ['province'] as const,
  province_figures: () => ['province', 'figures'] as const,
  accounts: () => ['accounts'] as const,
  sessions_of: (account_id: string) => ['sessions_of', account_id] as const,
  passkeys: () => ['passkeys'] as const,
  own_sessions: () => ['own_sessions'] as const,
  closures: () => ['closures'] as const,
  streets: () => ['streets'] as const,
};
export type Key = readonly string[];

/** What to reload after an event. */
export function affected({ kind, data }: LiveEvent): Key[] {
  const subject = typeof data.subject === 'string' ? data.subject : null;
  const incident_id = typeof data.incident_id === 'string' ? data.incident_id : null;
  const incident = incident_id ? [keys.incident(incident_id), keys.candidates(incident_id)] : ([] as Key[]);
  switch (kind) {
    case 'alert':
      return [keys.alerts(), ...(subject ? [keys.alert(subject)] : []), ...incident];
    case 'incident':
      return [
        keys.incidents(),
        keys.current(),
        ...(subject ? [keys.incident(subject), keys.candidates(subject)] : []),
        ...incident,
      ];
    case 'assignment':
      return [keys.current(), keys.incidents(), keys.units(), ...incident];
    case 'unit':
      return [keys.units(), keys.current(), keys.equipped_units()];
    case 'alarm':
      return [keys.alarms(), keys.incidents(), ...incident];
    case 'report':
      return [keys.incidents(), ...incident, ...(incident_id ? [keys.incident_reports(incident_id)] : [])];
    case 'caller_location':
      return incident_id ? [keys.located(incident_id)] : [keys.unmatched_callers()];
    case 'message':
      return incident_id ? [keys.messages(incident_id)] : [];
    case 'watchlist':
      return [keys.watchlist(), keys.alerts()];
    case 'camera':
      return [keys.cameras()];
    case 'proposal':
      return [keys.proposals(), ...incident];
    case 'station':
      return [
        keys.station(),
        keys.delegation(),
        keys.supervision(),
        keys.channels(),
        keys.beats(),
        keys.policy(),
      ];
    case 'closure':
      return [keys.closures()];
    case 'oversight':
      return [keys.oversight(), ...(subject ? [keys.restriction(subject)] : [])];
    default:
      return [];
  }
}
