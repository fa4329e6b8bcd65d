import { describe, expect, it } from 'vitest';
import type { KindFields, ImportFile } from '#lib/api/types.ts';
import { doubled, formatsOf, suggested, toMapping } from './mapping.ts';

const field = (name: string, type: KindFields['fields'][number]['type'] = 'text', required = false) => ({
  field: name,
  label: name,
  help: '',
  type,
  required,
});
const deals: KindFields = {
  kind: 'deal',
  label: 'Deals',
  fields: [
    field('key'),
    field('name'),
    field('stage', 'text', true),
    field('amount', 'amount'),
    field('fact'),
  ],
};
const file: ImportFile = {
  position: 0,
  name: 'x.csv',
  bytes: 1,
  received: 1,
  mapping_needed: true,
  questions: [],
  columns: [
    { header: 'Id', samples: ['1'], type: 'text', field: 'key' },
    { header: 'Phase', samples: ['Won'], type: 'words', field: 'to_stage' },
    { header: 'Worth', samples: ['1.234,50'], type: 'number', field: 'amount', format: 'decimal_comma' },
  ],
};

describe('mapping', () => {
  it('begins with what the server suggests for this kind', () => {
    expect(suggested(file, deals)).toEqual([
      { header: 'Id', field: 'key', format: '' },
      { header: 'Phase', field: '', format: '' },
      { header: 'Worth', field: 'amount', format: 'decimal_comma' },
    ]);
  });

  it('begins anew with what the server suggests for another kind', () => {
    const products: KindFields = {
      kind: 'product',
      label: 'Products',
      fields: [field('name'), field('list_price', 'amount')],
    };
    const guessed: ImportFile = {
      ...file,
      kind: 'deal',
      columns: file.columns.map((column) => ({
        ...column,
        suggestions:
          column.header === 'Worth' ? [{ kind: 'product', field: 'list_price', confidence: 0.6 }] : [],
      })),
    };
    expect(suggested(guessed, products)).toEqual([
      { header: 'Id', field: '', format: '' },
      { header: 'Phase', field: '', format: '' },
      { header: 'Worth', field: 'list_price', format: '', confidence: 0.6 },
    ]);
  });

  it('says what was chosen twice', () => {
    const columns = ['name', 'name', 'fact', 'fact', ''].map((name, at) => ({
      header: `${at}`,
      field: name,
      format: '' as const,
    }));
    expect(doubled(columns, deals)).toEqual(['name']);
    expect(doubled(columns, undefined)).toEqual([]);
  });

  it('sends only what was chosen', () => {
    const columns = suggested(file, deals);
    expect(toMapping(columns, { kind: 'deal', remember: true })).toEqual({
      kind: 'deal',
      remember: true,
      columns: [
        { header: 'Id', field: 'key' },
        { header: 'Worth', field: 'amount', format: 'decimal_comma' },
      ],
    });
  });

  it('offers formats where there are several ways to write', () => {
    expect(formatsOf('date')).toContain('mdy');
    expect(formatsOf('amount')).toContain('decimal_comma');
    expect(formatsOf('text')).toEqual([]);
  });
});
