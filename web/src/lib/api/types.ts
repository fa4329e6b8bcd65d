// What the page sends and receives, by the words of the product.

export interface Page<T> {
  items: T[];
  next?: string | null;
}
export interface Ref {
  id: string;
  name: string;
}
export interface Money {
  minor: number;
  currency: string;
}

// Identity
export type Role = 'administrator' | 'leader' | 'manager' | 'rep' | 'operations' | 'observer';
export interface Me {
  id: string;
  name: string;
  email: string;
  title?: string;
  roles: Role[];
}
export interface SessionOrganisation {
  id: string;
  name: string;
  currency: string;
  time_zone: string;
  is_demonstration: boolean;
  today: string;
}
export interface Session {
  state: 'setup_required' | 'signed_out' | 'signed_in';
  csrf_token?: string;
  person?: Me;
  organisation?: SessionOrganisation;
  drafts_sealed: boolean;
  mail: boolean;
  sign_in_hint?: string;
}
export interface Device {
  id: string;
  device: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}
export interface SetUp {
  token: string;
  organisation_name: string;
  time_zone: string;
  currency: string;
  name: string;
  email: string;
  password: string;
}
export interface Entered {
  session: Session;
  recovery_code?: string | null;
}
export interface Invitation {
  kind: 'invitation' | 'reset_by_mail' | 'reset_by_administrator';
  organisation_name: string;
  name: string;
  email: string;
}
export interface Notice {
  id: string;
  kind: string;
  text: string;
  created_at: string;
  seen: boolean;
}

// People
export type SignIn = 'none' | 'invited' | 'active';
export interface Person {
  id: string;
  name: string;
  email?: string;
  title?: string;
  team?: Ref;
  manager?: Ref;
  roles: Role[];
  is_active: boolean;
  sign_in: SignIn;
  version: number;
}
export interface PersonInput {
  name: string;
  email?: string | null;
  title?: string | null;
  team_id?: string | null;
  manager_id?: string | null;
  roles: Role[];
}
export interface SignInLink {
  link: string;
  expires_at: string;
  mailed: boolean;
}
export interface Team {
  id: string;
  name: string;
  people: number;
  version: number;
}
export interface Organisation {
  id: string;
  name: string;
  time_zone: string;
  currency: string;
  deal_visibility: 'team' | 'everyone';
  is_demonstration: boolean;
  version: number;
}
export interface Status {
  deals: { open: number; won: number; lost: number };
  people: number;
  teams: number;
  companies: number;
  activities: number;
  stage_changes: number;
  failures: number;
  debriefs: number;
  lessons: number;
  commitments: number;
}
export interface AuditLine {
  sequence: number;
  at: string;
  actor?: string;
  action: string;
  object_kind: string;
  object_id?: string;
  subject?: string;
  reason?: string;
}

// Deals
export type Outcome = 'open' | 'won' | 'lost';
export type FailureState = 'waiting' | 'drafting' | 'shared' | 'skipped';
export interface DealSummary {
  id: string;
  name: string;
  company?: Ref;
  owner?: Ref;
  product?: Ref;
  stage: string;
  outcome: Outcome;
  value?: Money;
  created_on?: string;
  expected_close_on?: string;
  closed_on?: string;
  failure_id?: string;
  failure_state?: FailureState;
}
export interface TimelineEntry {
  on: string;
  kind: 'created' | 'stage' | 'activity' | 'push' | 'amount' | 'closed';
  title: string;
  detail?: string;
}
export interface Deal extends DealSummary {
  pipeline?: string;
  kind?: string;
  lead_source?: string;
  competitor?: string;
  segment?: string;
  region?: string;
  probability?: number;
  forecast_category?: string;
  next_step?: string;
  stated_reason?: string;
  pushes: number;
  stage_since?: string;
  last_activity_on?: string;
  facts: Record<string, string>;
  timeline: TimelineEntry[];
  version: number;
}
export interface Why {
  kind: 'competitor' | 'product' | 'segment' | 'company';
  text: string;
}
export interface LessonForDeal {
  lesson: LessonSummary;
  why: Why[];
}

// Failures and debriefs
export type FailureKind = 'lost_deal' | 'pushed_deal' | 'sampled_win';
export interface FailureSummary {
  id: string;
  kind: FailureKind;
  deal?: DealSummary;
  occurred_on: string;
  state: FailureState;
  mine: boolean;
  debrief_id?: string;
  skip_reason?: string;
}
export interface Rule {
  id: string;
  kind: FailureKind;
  is_enabled: boolean;
  starts_on: string;
  threshold?: Money;
  pushes?: number;
  share?: number;
  version: number;
  opened: number;
}
export interface RulePreview {
  would_open: number;
  examples: DealSummary[];
}
export type Audience = 'coach' | 'team' | 'organisation';
export interface DebriefSummary {
  id: string;
  failure: FailureSummary;
  author: Ref;
  coach?: Ref;
  state: 'drafting' | 'shared';
  audience: Audience;
  shared_at?: string;
  lesson_title?: string;
}
/** What an author writes; every part may still be missing. */
export interface DraftWords {
  reason?: string;
  my_part?: string;
  outside?: string;
  needed?: string;
  lesson_title?: string;
  lesson?: string;
  existing_lesson_id?: string;
  serves?: string;
  act?: string;
  due_on?: string;
  audience?: Audience;
}
export interface Draft extends DraftWords {
  revision: number;
  saved_at: string;
}
export interface Debrief {
  id: string;
  failure: FailureSummary;
  deal?: Deal;
  author: Ref;
  coach?: Ref;
  state: 'drafting' | 'shared';
  audience: Audience;
  mine: boolean;
  sealed: boolean;
  sealed_because?: string;
  draft?: Draft;
  reason?: string;
  my_part?: string;
  outside?: string;
  needed?: string;
  serves?: string;
  lesson?: Lesson;
  commitments: Commitment[];
  readers: { name: string; at: string }[];
  started_at: string;
  shared_at?: string;
  version: number;
}

// Lessons and commitments
export interface LessonSummary {
  id: string;
  title: string;
  excerpt: string;
  author: Ref;
  created_at: string;
  competitor?: string;
  product?: Ref;
  segment?: string;
  company?: Ref;
}
export interface Lesson {
  id: string;
  title: string;
  body: string;
  serves?: string;
  author: Ref;
  debrief_id?: string;
  context: {
    deal?: Ref;
    company?: Ref;
    product?: Ref;
    competitor?: string;
    segment?: string;
    stage?: string;
    region?: string;
  };
  audience: Audience;
  mine: boolean;
  created_at: string;
  version: number;
}
export type CommitmentState = 'open' | 'kept' | 'dropped';
export interface Commitment {
  id: string;
  owner: Ref;
  act: string;
  due_on: string;
  original_due_on: string;
  state: CommitmentState;
  dropped_because?: string;
  done_on?: string;
  debrief_id?: string;
  lesson?: Ref;
  overdue: boolean;
  mine: boolean;
  version: number;
}
export interface Home {
  failures: FailureSummary[];
  failures_more: number;
  drafts: DebriefSummary[];
  coaching: DebriefSummary[];
  commitments: Commitment[];
  deals: { deal: DealSummary; lessons: LessonForDeal[] }[];
  notices: Notice[];
}

// Imports
export type ImportState =
  'uploaded' | 'previewing' | 'previewed' | 'question' | 'running' | 'done' | 'failed' | 'cancelled';
export interface Counts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}
export interface ImportSummary {
  id: string;
  state: ImportState;
  files: string[];
  as_of: string;
  started_by?: Ref;
  created_at: string;
  finished_at?: string;
  counts?: Record<string, Counts>;
}
export interface ImportColumn {
  header: string;
  samples: string[];
  field?: string;
  type?: string;
  format?: string;
  confidence?: number;
}
export interface ImportQuestion {
  column: string;
  question: string;
  choices: { value: string; label: string; examples: string[] }[];
}
export interface ImportFile {
  position: number;
  name: string;
  bytes: number;
  kind?: string;
  layout?: string;
  encoding?: string;
  separator?: string;
  rows?: number;
  mapping_needed: boolean;
  columns: ImportColumn[];
  questions: ImportQuestion[];
}
export interface Import extends Omit<ImportSummary, 'files'> {
  files: ImportFile[];
  refused: number;
  progress?: {
    phase: string;
    rows: number;
    total_rows?: number;
    rows_per_second: number;
    seconds_left?: number;
  };
  error?: string;
  version: number;
}
export interface Mapping {
  name?: string;
  kind: string;
  source?: string;
  columns: { header: string; field: string; format?: string }[];
  outcomes?: Record<string, Outcome>;
  decimal?: string;
  remember: boolean;
}
export interface Refusal {
  file: string;
  line: number;
  column?: string;
  value?: string;
  rule: string;
  reason: string;
}
export interface FieldKind {
  kind: string;
  label: string;
  fields: { field: string; label: string; help: string; type: string; required: boolean }[];
}
