// What a person says of a file's columns, before it is sent.
import type { ImportFile, KindFields, Mapping } from '#lib/api/types.ts';

type Format = NonNullable<Mapping['columns'][number]['format']>;

export interface ColumnChoice {
  header: string;
  /** Empty: left out. */
  field: string;
  /** Empty: the server finds out, or asks. */
  format: Format | '';
  /** How sure the server is of the field, below 1; nothing where a person or a known header says it. */
  confidence?: number;
}

/** Fields that several columns may go to. */
const repeatable = new Set(['fact', 'key']);
export const dateFormats = ['dmy', 'mdy', 'ymd'] as const;
export const numberFormats = ['decimal_point', 'decimal_comma'] as const;

export const formatsOf = (type: string | undefined): readonly Format[] =>
  type === 'date'
    ? dateFormats
    : type === 'amount' || type === 'percent' || type === 'percent_points'
      ? numberFormats
      : [];

/** As the server reads or suggests it; for another kind of row as it would suggest it for that. */
export function suggested(file: ImportFile, kind: KindFields | undefined): ColumnChoice[] {
  const known = new Set(kind?.fields.map((field) => field.field));
  return file.columns.map(({ header, field, format, confidence, suggestions }) => {
    const other =
      kind?.kind === file.kind ? undefined : suggestions?.find((each) => each.kind === kind?.kind);
    if (other) return { header, field: other.field, format: '', confidence: other.confidence };
    if (!field || !known.has(field)) return { header, field: '', format: '' };
    const unsure = confidence != null && confidence < 1 ? { confidence } : {};
    return { header, field, format: format ?? '', ...unsure };
  });
}

/** Labels of the fields that several columns were chosen for, though one of them would do. */
export function doubled(columns: readonly ColumnChoice[], kind: KindFields | undefined) {
  const times = new Map<string, number>();
  for (const { field } of columns) if (field) times.set(field, (times.get(field) ?? 0) + 1);
  return (kind?.fields ?? [])
    .filter((field) => (times.get(field.field) ?? 0) > 1 && !repeatable.has(field.field))
    .map((field) => field.label);
}

export function toMapping(
  columns: readonly ColumnChoice[],
  about: Pick<Mapping, 'kind' | 'name' | 'source' | 'remember'>,
): Mapping {
  return {
    ...about,
    columns: columns
      .filter((column) => column.field)
      .map(({ header, field, format }) => ({ header, field, format: format || undefined })),
  };
}
