/**
 * The names that the screens use for what travels over HTTP. The shapes come from the server's own
 * OpenAPI document through `schema.ts` (`npm run api:types`); nothing is described twice.
 */
import type { components } from './schema';

type Schemas = components['schemas'];
export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Role = Schemas['Role'];
export type User = Schemas['User'];
export type Shift = Schemas['ShiftOut'];
export type Session = Schemas['SignedIn'];
export type Me = Schemas['Me'];
export type Account = Schemas['AccountDetails'];
export type NewAccount = Schemas['AccountIn'];
export type AccountChange = Schemas['AccountPatch'];
export type Invitation = Schemas['InvitationOut'];
export type StationNow = Schemas['StationNow'];
export type StationFigures = Schemas['StationFigures'];
export type StationPlan = Schemas['Plan'];
export type FoundedStation = Schemas['FoundedOut'];
export type OpenSession = Schemas['SessionRow'];
export type SecondFactor = Schemas['SecondFactor'];
export type DemoAccount = Schemas['DemoAccount'];
export type Station = Omit<Schemas['StationOut'], 'area'> & {
  area: { type: 'Polygon'; coordinates: number[][][] } | null;
};

export type StationChange = Schemas['StationIn'];

export type Camera = Schemas['CameraOut'];
export type NewCamera = Schemas['CameraIn'];
export type CameraChange = Schemas['CameraPatch'];
export type MachineToken = Schemas['MachineTokenRow'];
export type NewMachine = Schemas['TokenIn'];
export type MachineChange = Schemas['TokenPatch'];
/** Shown once. */
export type NewToken = Schemas['NewToken'];
export type AlertKind = Schemas['AlertKind'];
export type AuditEntry = Schemas['AuditEntry'];
export type Alert = Schemas['AlertDetail'];
export type AlertState = Schemas['AlertState'];

export type WatchlistEntry = Schemas['EntryOut'];
export type NewWatchlistEntry = Schemas['EntryIn'];

export type ReportKind = Schemas['ReportKind'];
export type ReportStatus = Schemas['Status'];
export type NewReport = Schemas['ReportIn'];
export type ReportReceipt = Schemas['ReportOut'];
export type TrackedReport = Schemas['TrackingOut'];
export type IncidentReport = Schemas['DeskReport'];

export type Incident = Schemas['IncidentOut'];
export type NewIncident = Schemas['IncidentIn'];
export type IncidentState = Schemas['IncidentState'];
export type IncidentKind = Schemas['IncidentKind'];
export type IncidentChange = Schemas['ChangeIn'];
export type Hazard = Schemas['Hazard'];
export type Callers = Schemas['Callers'];
export type Assignment = Schemas['AssignmentOut'];
export type AssignmentState = Schemas['AssignmentState'];
export type Withdrawal = Schemas['Withdrawal'];
export type TimePoint = Schemas['TimePointOut'];
export type Sighting = Schemas['SightingOut'];
export type Candidate = Schemas['Candidate'];
export type Alarm = Schemas['AlarmOut'];
export type AlarmReason = Schemas['AlarmReason'];
export type Proposal = Schemas['ProposalRow'];
export type ProposalKind = Schemas['ProposalKind'];
export type Decision = Schemas['DecisionOut'];
export type DecisionKind = Schemas['DecisionKind'];
export type Explanation = Schemas['Explanation'];
export type Clause = Schemas['Clause'];
export type Change = Schemas['ChangeRow'];
export type ArrivalCheck = Schemas['ArrivalCheck'];
export type ArrivalProblem = Schemas['ArrivalProblem'];
export type Direction = Schemas['Direction'];
export type Forecast = Schemas['Forecast'];
export type ForecastReason = Schemas['ForecastReason'];
export type Aid = Schemas['AidRow'];
export type Emergency = Schemas['EmergencyRow'];
export type Job = Schemas['OwnJob'];
export type CurrentJob = Schemas['OwnJobs'];

export type Unit = Schemas['UnitOut'];
/** As its administration knows it. */
export type EquippedUnit = Schemas['EquippedUnit'];
export type NewUnit = Schemas['UnitIn'];
export type UnitChange = Schemas['UnitPatch'];
export type UnitKind = Schemas['UnitKind'];
export type UnitStatus = Schemas['UnitStatus'];
export type PositionProblem = Schemas['FixProblem'];
export type ShiftUnit = Schemas['ShiftUnit'];
export type Fix = Schemas['FixIn'];
export type PositionBatch = Schemas['PositionsIn'];

export type StatsGroup = Schemas['Group'];
export type ResponseRow = Schemas['ResponseOut'];
export type StageName = keyof Schemas['Stages'];
export type HeatMetric = Schemas['Metric'];
export type HeatCell = Schemas['Feature'];
export type HeatMap = Schemas['FeatureCollection'];
export type Correction = Schemas['Correction'];

export type Delegated = Schemas['Delegated'];
export type Delegation = Schemas['DelegationOut'];
export type NewDelegation = Schemas['DelegationIn'];
export type KindNeeds = Schemas['KindNeeds'];
export type Supervision = Schemas['Supervision'];
export type Channel = Schemas['ChannelRow'];
export type Tracker = Schemas['TrackerRow'];
export type NewTracker = Schemas['TrackerMade'];

export type Beat = Omit<Schemas['BeatOut'], 'area'> & { area: Station['area'] & object };
export type NewBeat = Schemas['BeatIn'];
export type BeatChange = Schemas['BeatPatch'];
export type PlannedShift = Schemas['PlannedShift'];
export type NewPlannedShift = Schemas['PlannedShiftIn'];
export type PlannedShiftChange = Schemas['PlannedShiftPatch'];
export type RosterOfficer = Schemas['OfficerRow'];
export type Policy = Schemas['PolicyOut'];
export type PolicyVersion = Schemas['PolicyVersion'];
export type Standard = Schemas['StandardRow'];

export type Passkey = Schemas['Credential'];
export type Streets = Schemas['Streets'];
export type Closure = Omit<Schemas['ClosureOut'], 'geometry'> & {
  geometry: { type: string; coordinates: unknown };
};
export type NewClosure = Schemas['ClosureIn'];
export type ClosureKind = Schemas['ClosureKind'];
export type Coverage = Schemas['CoverageOut'];
export type Route = Omit<Schemas['RouteOut'], 'geometry'> & { geometry: { coordinates: number[][] } };
export type Confirmation = Schemas['ConfirmIn'];
