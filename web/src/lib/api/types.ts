// The product's words as types, taken from the program's own description of its API (schema.d.ts, generated:
// `npm run api`). What is empty is left out of an answer and never null, so nobody has to ask for both.
import type { components } from './schema.d.ts';

/** An answer as it really comes: optional members are there or left out. */
export type Told<T> = T extends (infer Item)[]
  ? Told<Item>[]
  : T extends object
    ? { [Member in keyof T]: Told<Exclude<T[Member], null>> }
    : T;

type Schemas = components['schemas'];
type Of<Name extends keyof Schemas> = Told<Schemas[Name]>;

// Identity and people
export type Role = Of<'Role'>;
export type Session = Of<'Session'>;
export type Me = Of<'SessionPerson'>;
export type SessionOrganisation = Of<'SessionOrganisation'>;
export type Entered = Of<'Entered'>;
export type Person = Of<'Person'>;
export type ErasurePreview = Of<'ErasurePreview'>;
export type ErasureItem = Of<'Item'>;
export type SharedWork = Of<'Shared'>;
export type PersonInput = Schemas['NewPerson'];
export type PersonChange = Schemas['PersonChange'];
export type SignIn = Of<'SignIn'>;
export type SignInLink = Of<'Link'>;
export type Team = Of<'Team'>;
export type Organisation = Of<'Organisation'>;
export type Retention = Of<'Retention'>;
export type RetentionChange = Schemas['RetentionChange'];
export type OrganisationExport = Of<'Export'>;
export type Status = Of<'Status'>;
export type PersonRef = Of<'PersonRef'>;

// Deals
export type Outcome = Of<'CrmOutcome'>;
export type Money = Of<'Money'>;
export type DealSummary = Of<'DealSummary'>;
export type Deal = Of<'Deal'>;
export type TimelineEntry = Of<'TimelineEntry'>;
export type Why = Of<'Why'>;

// Failures and debriefs
export type FailureKind = Of<'FailuresKind'>;
export type FailureState = Of<'FailuresState'>;
export type FailureSummary = Of<'FailureSummary'>;
export type Rule = Of<'Rule'>;
export type RuleInput = Schemas['RuleInput'];
export type Audience = Of<'Audience'>;
export type DebriefSummary = Of<'DebriefSummary'>;
export type Debrief = Of<'Debrief'>;
export type Draft = Of<'Draft'>;
/** What an author writes; every part may still be missing. */
export type DraftWords = Omit<Draft, 'revision' | 'saved_at'>;

// Lessons and commitments
export type Lesson = Of<'Lesson'>;
export type LessonSummary = Of<'LessonSummary'>;
export type Commitment = Of<'Commitment'>;
export type CommitmentState = Of<'CommitmentsState'>;
export type Home = Of<'Home'>;

// Imports
export type Import = Of<'Import'>;
export type ImportState = Of<'ImportsState'>;
export type ImportSummary = Of<'ImportSummary'>;
export type ImportFile = Of<'FileOfImport'>;
export type Counts = Of<'Counts'>;
export type KindCounts = Of<'KindCounts'>;
export type Undone = Of<'Undone'>;
export type Covers = Of<'Covers'>;
export type Missing = Of<'Missing'>;
export type Mapping = Schemas['MappingInput'];
export type KindFields = Of<'KindFields'>;
export type FirstRows = Of<'FirstRows'>;
export type ReadValue = Of<'ReadValue'>;

// Data quality
export type Finding = Of<'Finding'>;
export type FindingKind = Of<'QualityKind'>;
export type QualityReport = Of<'Report'>;
