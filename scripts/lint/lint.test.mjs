// Each lint finds what is marked BAD in its fixture, and nothing else.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exceptions, filesBelow } from './files.mjs';
import { includes } from './includes.mjs';
import { length } from './length.mjs';
import { links } from './links.mjs';
import { tenants } from './tenants.mjs';

for (const lint of [tenants, includes])
  test(lint.name, () => {
    const root = join(import.meta.dirname, 'fixtures', lint.name);
    const marked = ['src', 'migrations']
      .flatMap((folder) => filesBelow(root, folder, /./))
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => (/(\/\/|--) BAD$/.test(line) ? [`${path}:${index + 1}`] : [])),
      );
    const found = new Set(lint(root).map(({ path, line }) => `${path}:${line}`));
    assert.ok(marked.length > 5);
    assert.deepEqual([...found].sort(), marked.sort());
  });

const inFolder = (files, check) => {
  const root = mkdtempSync(join(tmpdir(), 'buckstop-lint-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
};

test('links', () => {
  const files = {
    'README.md': '[there](docs/a.md#part) [far](https://example.org/x) [gone](docs/b.md)\n',
    'docs/a.md': '[back](../README.md)\n\n```\n[code](nowhere)\n```\n`[code](nowhere)`\n[gone](c.md)\n',
  };
  inFolder(files, (root) => {
    const found = links(root).map(({ path, line }) => `${path}:${line}`);
    assert.deepEqual(found.sort(), ['README.md:1', 'docs/a.md:7']);
  });
});

test('length', () => {
  const files = {
    'src/base/short.cpp': 'line\n'.repeat(450),
    'src/base/long.cpp': 'line\n'.repeat(451),
    'web/src/lib/long.svelte': 'line\n'.repeat(451),
    'web/src/lib/schema.d.ts': '// This file was auto-generated.\n' + 'line\n'.repeat(451),
    'docs/long.md': 'line\n'.repeat(451),
  };
  inFolder(files, (root) =>
    assert.deepEqual(length(root).map(({ path }) => path), ['src/base/long.cpp', 'web/src/lib/long.svelte']),
  );
});

test('an exception needs a reason', () =>
  inFolder({ 'list.txt': '# comment\none # why\ntwo\n' }, (root) => assert.throws(() => exceptions(root, 'list.txt'), /two/)));
