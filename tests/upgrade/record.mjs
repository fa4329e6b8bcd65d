// Records what a version of Buckstop writes, so that later versions are tested on it (run.mjs). For a release, with its
// program: BUCKSTOP_PROGRAM=… ../../scripts/with-postgres ../../scripts/node-toolchain node record.mjs
// Writes schema-NNNN/content.sql, the same rows for both databases, and beside it what differs: content.sqlite.sql,
// content.postgres.sql.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDatabase, serve } from '../api/program.mjs';
import { lines, script, tables } from './sql.mjs';
import { play } from './story.mjs';

const differing = ['schema_migration', 'lesson_text']; // checksums; and words as each database indexes them

// One statement for each table, so that rows may refer to each other.
function inserted(database, table, columns) {
  const literal = ({ name, type }) =>
    type === 'boolean' ? `case ${name} when 1 then 'true' when 0 then 'false' else 'null' end` : `quote(${name})`;
  const row = `select '(' || ${columns.map(literal).join(" || ', ' || ")} || ')' from ${table} order by rowid;`;
  // Line breaks inside a value stay: a row ends where the next begins.
  const values = script(database, row).trimEnd().replaceAll(')\n(', '),\n(');
  return values ? `insert into ${table} (${columns.map(({ name }) => name).join(', ')}) values\n${values};\n` : '';
}

function columnsOf(database, table) {
  return lines(database, `select name || '|' || lower(type) from pragma_table_info('${table}');`).map((line) => {
    const [name, type] = line.split('|');
    return { name, type };
  });
}

// Those that others refer to first.
function inOrder(database) {
  const order = [];
  const visit = (table) => {
    if (order.includes(table)) return;
    for (const parent of lines(database, `select distinct "table" from pragma_foreign_key_list('${table}');`))
      if (parent !== table) visit(parent);
    order.push(table);
  };
  tables(database).filter((table) => !differing.includes(table)).forEach(visit);
  return order;
}

async function played(dialect) {
  const database = freshDatabase(dialect);
  const server = await serve(database);
  await play(database, server);
  await server.stop();
  return database;
}

const sqlite = await played('sqlite');
const postgres = await played('postgres');
const version = lines(sqlite, 'select max(version) from schema_migration;')[0];
const folder = join(import.meta.dirname, `schema-${version.padStart(4, '0')}`);
mkdirSync(folder);
const filled = inOrder(sqlite).map((table) => inserted(sqlite, table, columnsOf(sqlite, table)));
// Where files lay is no part of the recording.
writeFileSync(join(folder, 'content.sql'), filled.join('').replaceAll(sqlite.folder, '/var/lib/buckstop'));
const migrations = { name: 'schema_migration', columns: ['version', 'name', 'checksum', 'applied_at'].map((name) => ({ name })) };
const words = ['rowid', 'title_stems', 'title_words', 'stems', 'words', 'org_id'].map((name) => ({ name }));
writeFileSync(
  join(folder, 'content.sqlite.sql'),
  inserted(sqlite, migrations.name, migrations.columns) + inserted(sqlite, 'lesson_text', words),
);
// The lesson has another id there.
const ids = lines(sqlite, "select org_id || ', ' || id from lesson;");
assert.equal(ids.length, 1);
const [vector] = lines(postgres, 'select quote_literal(words) from lesson_text;');
const applied = lines(postgres, "select format('(%s, %L, %L, %s)', version, name, checksum, applied_at) from schema_migration order by version;");
writeFileSync(
  join(folder, 'content.postgres.sql'),
  `insert into schema_migration (version, name, checksum, applied_at) values\n${applied.join(',\n')};\n` +
    `insert into lesson_text (org_id, lesson_id, words) values\n(${ids[0]}, ${vector});\n`,
);
sqlite.drop();
postgres.drop();
console.log(`${folder}: ${filled.filter(Boolean).length} tables with rows`);
