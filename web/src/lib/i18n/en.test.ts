import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { en } from './en.ts';
import { accent } from './pseudo.ts';

// In tests, as in the page, messages with arguments arrive compiled: en.ts goes through scripts/icu-messages.ts.
type Compiled = string | MessageFormatElement[];
const entries = Object.entries(en).flatMap(([part, messages]) =>
  Object.entries(messages as Record<string, Compiled>).map(([key, message]) => ({ part, key, message })),
);

const source = join(import.meta.dirname, '../..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(svelte|ts)$/.test(file) && !file.includes('i18n/en') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8'));
const code = files.join('\n');

describe('the catalogue', () => {
  it('has no empty message and no straight quotes', () => {
    for (const { part, key, message } of entries) {
      const text = JSON.stringify(message);
      expect(text, `${part}.${key}`).not.toBe('""');
      expect(text.replaceAll('\\"', '"').replace(/^"|"$/g, ''), `${part}.${key}`).not.toMatch(/[a-z]'[a-z]/);
    }
  });

  it('has no message that nobody says', () => {
    // A key may be put together (`t(`role-${role}`)`): then its beginning or its end stands in the code.
    const said = ({ key }: { key: string }) =>
      code.includes(`'${key}'`) ||
      key
        .split('-')
        .some((_, at, words) => at > 0 && code.includes(`\`${words.slice(0, at).join('-')}-\${`)) ||
      new RegExp(`\\$\\{[^}]+\\}-${key.split('-').slice(1).join('-')}\``).test(code) ||
      key.split('-').some((_, at, words) => code.includes(`('${words.slice(0, at).join('-')}', `));
    expect(entries.filter((entry) => !said(entry)).map(({ part, key }) => `${part}.${key}`)).toEqual([]);
  });

  it('reads the same in the pseudo-locale, only longer', () => {
    for (const { part, key, message } of entries) {
      const changed = JSON.stringify(accent(message));
      expect(changed.length, `${part}.${key}`).toBeGreaterThanOrEqual(JSON.stringify(message).length);
    }
    expect(accent('Save')).toBe('Sàṽéé');
  });
});
