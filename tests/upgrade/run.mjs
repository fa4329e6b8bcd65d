// Upgrading a database that an earlier version wrote, and going back, with the real program on both databases; what
// docs/operators/upgrade.md promises. The last line is "N passed, N failed".
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from '../api/client.mjs';
import { binary, freshDatabase, run, serve } from '../api/program.mjs';
import { lines, rows, script, tables } from './sql.mjs';
import * as story from './story.mjs';

const dialects = process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];
const recorded = readdirSync(import.meta.dirname).filter((name) => /^schema-\d{4}$/.test(name)).sort();
const migrations = resolve(import.meta.dirname, '../../migrations');
const titles = [...new Set(readdirSync(migrations).map((name) => /^(\d{4}_\w+)\./.exec(name)?.[1]).filter(Boolean))].sort();
const newest = titles.length;

// What has another name since, and what rows from before hold in columns that came later: a migration that adds a column
// to a table says here what they read.
const renamed = { snapshot: 'import_snapshot' };
const added = {
  'deal.gone_on': null,
  'failure.subject_id': null,
  'failure.after_id': null,
  'failure_rule.days': null,
  'import.undone': null,
  'import.covers': 'some',
  'import.missing': null,
  'import.undo_forgotten_at': (row) => row.finished_at, // there was no journal then
};

const done = (result) => {
  assert.equal(result.code, 0, result.out + result.err);
  return result.out;
};
const json = (result) => JSON.parse(done(result));
const version = (database) => Number(lines(database, 'select max(version) from schema_migration;')[0]);
const pause = (ms) => new Promise((later) => setTimeout(later, ms));
async function eventually(what, holds) {
  for (let attempt = 0; attempt < 3000; attempt++) {
    if (holds()) return;
    await pause(10);
  }
  throw new Error(`it never came to this: ${what}`);
}

// A database as that version left it: its migrations, and the rows that it wrote.
function written(dialect, schema) {
  const database = { ...freshDatabase(dialect), dialect };
  const upTo = schema.slice('schema-'.length);
  const both = ['.sql', `.${dialect}.sql`];
  const apply = (path) => existsSync(path) && script(database, readFileSync(path, 'utf8'));
  for (const title of titles.filter((name) => name.slice(0, 4) <= upTo))
    for (const ending of both) apply(join(migrations, title + ending));
  script(
    database,
    'create table schema_migration (version integer primary key, name text not null, checksum text not null, applied_at bigint not null);',
  );
  for (const ending of both) apply(join(import.meta.dirname, schema, `content${ending}`));
  return database;
}

const everything = (database) => Object.fromEntries(tables(database).map((table) => [table, rows(database, table)]));

// Each row of before is there with the same values, beside the columns that came later.
function readTheSame(before, after) {
  for (const [table, old] of Object.entries(before)) {
    if (table === 'schema_migration') continue;
    const now = after[renamed[table] ?? table];
    const columns = Object.keys(old[0] ?? {});
    const kept = now.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
    const sorted = (list) => list.map((row) => JSON.stringify(row)).sort();
    if (old.length > 0) assert.deepEqual(sorted(kept), sorted(old), table);
    for (const row of old.length > 0 ? now : [])
      for (const column of Object.keys(row).filter((name) => !columns.includes(name))) {
        assert.ok(`${table}.${column}` in added, `what do rows from before hold in ${table}.${column}?`);
        const holds = added[`${table}.${column}`];
        assert.equal(row[column], typeof holds === 'function' ? holds(row) : holds, `${table}.${column}`);
      }
  }
}

function isSound(database) {
  const report = JSON.parse(run(database, ['doctor', '--json']).out);
  // The tests' PostgreSQL is made to be fast, not safe, and the doctor sees it.
  assert.deepEqual(report.checks.filter(({ check, outcome }) => outcome === 'problem' && check !== 'server'), []);
  assert.equal(report.checks.find(({ check }) => check === 'schema').outcome, 'ok');
  const { whole, organisations } = json(run(database, ['audit', 'verify', '--json']));
  assert.ok(whole);
  return organisations[0].result.head;
}

async function everythingReadsTheSame(dialect, schema) {
  const database = written(dialect, schema);
  const before = everything(database);
  assert.ok(Object.values(before).filter((table) => table.length > 0).length > 30, 'the recording has something of everything');
  // The doctor looks, says what is to come, and changes nothing.
  const schemaCheck = JSON.parse(run(database, ['doctor', '--json']).out).checks.find(({ check }) => check === 'schema');
  assert.equal(schemaCheck.outcome, newest > Number(schema.slice(7)) ? 'warning' : 'ok', schemaCheck.message);
  process.env.BUCKSTOP_BACKUP_KEY = 'quay quay quay quay';
  const backups = ['before', 'after'].map((when) => join(database.folder, `${when}.backup`));
  done(run(database, ['backup', backups[0]]));
  assert.deepEqual(everything(database), before);

  const status = json(run(database, ['status', '--json']));
  assert.equal(status.deals.open + status.deals.won + status.deals.lost, story.counts.deals);
  assert.equal(version(database), newest);
  readTheSame(before, everything(database));
  const head = isSound(database);
  assert.equal(`${head.sequence}|${head.hash}`, `${before.audit_head[0].sequence}|${before.audit_head[0].hash}`);

  // Backups of before and after go into either database, and come to the same.
  done(run(database, ['backup', backups[1]]));
  for (const file of backups)
    for (const other of dialects) {
      const into = freshDatabase(other);
      done(run(into, ['restore', file]));
      assert.equal(version(into), newest);
      assert.deepEqual(json(run(into, ['status', '--json'])), status);
      assert.deepEqual(isSound(into), head);
      if (other === dialect) readTheSame(before, everything(into));
      into.drop();
    }
  delete process.env.BUCKSTOP_BACKUP_KEY;
  database.drop();
}

// What people had comes back to them: their password, their draft, what they shared, how their tables are read.
async function peopleGoOn(dialect, schema) {
  const database = written(dialect, schema);
  const server = await serve(database);
  const ana = new Client(server.base);
  assert.equal((await ana.signIn(story.ana.email, story.password)).status, 200);
  const get = async (path) => {
    const answer = await ana.request('GET', path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json;
  };
  const [drafting] = (await get('/failures?mine=true&state=drafting')).items;
  assert.equal((await get(`/debriefs/${drafting.debrief_id}`)).draft.my_part, story.draft);
  const [found] = (await get(`/lessons?q=${story.lesson.word}`)).items;
  assert.equal(found.title, story.lesson.title);
  assert.equal((await get('/commitments?mine=true&state=open')).items[0].act, story.act);
  const [shared] = (await get('/failures?mine=true&state=shared')).items;
  assert.equal((await get(`/debriefs/${shared.debrief_id}`)).state, 'shared');

  // The same files change nothing, and what is imported now can be undone; what was imported before undoing was
  // possible is refused, and stays.
  const imported = (name) => json(run(database, ['import', '--json', ...story.importOf(database, name)]));
  const again = run(database, ['import', '--json', ...story.importOf(database, 'october')]);
  assert.equal(again.code, 3, 'the same row is refused again');
  const { created, changed, unchanged } = JSON.parse(again.out).kinds.deal;
  assert.deepEqual([created, changed, unchanged], [0, 0, story.counts.deals]);
  assert.equal(imported('november').kinds.deal.changed, 1);
  const imports = json(run(database, ['imports', 'list', '--json'])); // the latest first
  done(run(database, ['imports', 'undo', imports[0].id]));
  const oldest = run(database, ['imports', 'undo', imports.at(-1).id]);
  if (Number(schema.slice(7)) < 7) assert.match(oldest.err, /from before Buckstop could undo/);
  await server.stop();
  isSound(database);
  database.drop();
}

// One migration fails: those before it stay, the program says which it was, and once the cause is gone goes on.
async function aFailedMigrationIsNamed(dialect) {
  const database = written(dialect, 'schema-0006');
  script(database, 'create table retention (in_the_way int);');
  const failed = run(database, ['status']);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /migration 0010_retention fails, and has changed nothing/);
  assert.equal(version(database), 9);
  assert.ok(tables(database).includes('import_journal') && !tables(database).includes('organisation_export'));
  assert.equal(run(database, ['serve', '--listen-port', '0']).code, 1, 'nobody is served on half a schema');
  script(database, 'drop table retention;');
  done(run(database, ['status']));
  assert.equal(version(database), newest);
  isSound(database);
  database.drop();
}

// An upgrade that is killed inside a migration is finished by the next start.
async function aKilledUpgradeGoesOn(dialect) {
  const database = written(dialect, 'schema-0006');
  const before = everything(database);
  const upgrade = () => {
    const child = spawn(binary, ['status', '--database', database.url], { stdio: 'ignore' });
    return { child, ended: new Promise((ended) => child.once('exit', (code, signal) => ended(signal ?? code))) };
  };
  if (dialect === 'sqlite') {
    // So many snapshots that copying them takes a while and doesn't fit into memory: what is written of it shows.
    script(
      database,
      'insert into snapshot (org_id, source, as_of, import_id, deals, next_id) with recursive n (i) as (select 1 union all select i + 1 from n where i < 400000)' +
        " select org_id, 'crm ' || i, '2025-09-01', 1, 5, 1 from n join organisation;",
    );
    const log = `${database.url.slice('sqlite:'.length)}-wal`;
    const { child, ended } = upgrade();
    await eventually('the migration writes', () => existsSync(log) && statSync(log).size > 4_000_000);
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL', 'it was over before it could be killed');
    assert.equal(version(database), 6);
    assert.equal(Number(lines(database, 'select count(*) from snapshot;')[0]), 400_000 + before.snapshot.length);
  } else {
    // Somebody holds a table that the ninth migration needs.
    const holder = spawn('psql', ['--no-psqlrc', '--quiet', '--dbname', database.url], { stdio: ['pipe', 'ignore', 'inherit'] });
    holder.stdin.write('begin; lock table person in row exclusive mode;\n');
    const waiting = "select count(*) from pg_locks where not granted and relation = 'person'::regclass;";
    await eventually('person is held', () => lines(database, "select count(*) from pg_locks where relation = 'person'::regclass;")[0] !== '0');
    const { child, ended } = upgrade();
    await eventually('the migration waits', () => lines(database, waiting)[0] === '1');
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    assert.equal(version(database), 8);
    holder.stdin.end('rollback;\n');
    await new Promise((gone) => holder.once('exit', gone));
  }
  done(run(database, ['status']));
  assert.equal(version(database), newest);
  if (dialect === 'sqlite') script(database, "delete from import_snapshot where source like 'crm %';");
  readTheSame(before, everything(database));
  isSound(database);
  database.drop();
}

// A database that a newer version has used is refused by every command, in words, and left alone.
async function anOlderProgramRefuses(dialect) {
  const database = freshDatabase(dialect);
  done(run(database, ['demo', '--json']));
  script(database, `insert into schema_migration (version, name, checksum, applied_at) values (${newest + 1}, 'later', '00', 1);`);
  const before = everything(database);
  process.env.BUCKSTOP_BACKUP_KEY = 'quay quay quay quay';
  const commands = [['status'], ['user', 'list'], ['serve', '--listen-port', '0'], ['backup', join(database.folder, 'a.backup')]];
  for (const words of commands) {
    const refused = run(database, words);
    assert.equal(refused.code, 1, words.join(' '));
    assert.match(refused.err, new RegExp(`has version ${newest + 1}, but this program knows only version ${newest}: a newer Buckstop`));
  }
  delete process.env.BUCKSTOP_BACKUP_KEY;
  const report = run(database, ['doctor', '--json']);
  assert.equal(report.code, 1);
  assert.equal(JSON.parse(report.out).checks.find(({ check }) => check === 'schema').outcome, 'problem');
  assert.deepEqual(everything(database), before);
  database.drop();
}

const wanted = process.argv[2] ?? '';
const tests = [
  ...recorded.flatMap((schema) =>
    [everythingReadsTheSame, peopleGoOn].map((test) => ({ name: `${test.name} from ${schema}`, play: (dialect) => test(dialect, schema) })),
  ),
  ...[aFailedMigrationIsNamed, aKilledUpgradeGoesOn, anOlderProgramRefuses].map((test) => ({ name: test.name, play: test })),
].filter(({ name }) => name.includes(wanted));
let passed = 0;
let failed = 0;
for (const dialect of dialects)
  for (const { name, play } of tests) {
    try {
      await play(dialect);
      console.log(`ok      ${name} (${dialect})`);
      passed += 1;
    } catch (error) {
      console.log(`FAILED  ${name} (${dialect})\n${error.stack}`);
      failed += 1;
    }
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
