// What an operator relies on, played with the real program on both databases: backup and restore, an organisation's export, the
// erasure of a person, the doctor, the audit log's proof, background jobs, metrics. The last line is "N passed, N failed".
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { freshDatabase, run, serve } from '../api/program.mjs';
import { Client } from '../api/client.mjs';

const dialects = process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];
const other = (dialect) => dialects.find((one) => one !== dialect) ?? dialect;
const done = (result) => {
  assert.equal(result.code, 0, result.out + result.err);
  return result.out;
};
const json = (result) => JSON.parse(done(result));

function demonstration(dialect) {
  const database = freshDatabase(dialect);
  const made = json(run(database, ['demo', '--json']));
  return { ...database, made };
}

async function backupAndRestore(dialect) {
  const from = demonstration(dialect);
  const into = freshDatabase(other(dialect));
  const server = await serve(from); // it goes on meanwhile
  const key = join(from.folder, 'key');
  const file = join(from.folder, 'a.backup');
  writeFileSync(key, 'quay quay quay quay\n', { mode: 0o600 });
  const written = json(run(from, ['backup', '--json', '--key-file', key, file]));
  assert.ok(written.rows > 5000);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(run(from, ['backup', '--key-file', key, file]).code, 1, 'it is there already');
  const checked = json(run(from, ['backup', '--json', '--check', '--key-file', key, file]));
  assert.equal(checked.rows, written.rows);

  process.env.BUCKSTOP_BACKUP_KEY = 'another key, another';
  const refused = run(into, ['restore', file]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /another key/);
  process.env.BUCKSTOP_BACKUP_KEY = 'quay quay quay quay';
  const cut = join(from.folder, 'cut.backup');
  writeFileSync(cut, readFileSync(file).subarray(0, 150_000));
  assert.match(run(into, ['restore', cut]).err, /ends too early/);
  if (other(dialect) === 'sqlite') assert.throws(() => statSync(join(into.folder, 'buckstop.db')), 'nothing was made');
  assert.equal(json(run(into, ['restore', '--json', file])).rows, written.rows);
  assert.deepEqual(json(run(into, ['status', '--json'])), json(run(from, ['status', '--json'])));
  assert.match(run(into, ['restore', file]).err, /isn't empty/);
  done(run(into, ['restore', '--replace', file]));
  delete process.env.BUCKSTOP_BACKUP_KEY;
  assert.match(run(from, ['backup', join(from.folder, 'b.backup')]).err, /--key-file/);
  assert.deepEqual(readdirSync(from.folder).filter((name) => name.includes('.part-')), []);

  // Somebody signs in to what was restored, and finds a lesson by its words.
  await server.stop();
  const restored = await serve(into);
  const client = new Client(restored.base);
  assert.equal((await client.signIn(from.made.sign_ins[0].email, from.made.password)).status, 200);
  const lessons = (await client.request('GET', '/lessons')).json.items;
  const word = lessons[0].title.split(' ').sort((a, b) => b.length - a.length)[0].replace(/[^\p{L}]/gu, '');
  const found = (await client.request('GET', `/lessons?q=${encodeURIComponent(word)}`)).json.items;
  assert.ok(found.some((lesson) => lesson.id === lessons[0].id), `“${word}” is found`);
  await restored.stop();
  from.drop();
  into.drop();
}

// The files of a zip archive, by name.
function unzipped(path) {
  const bytes = readFileSync(path);
  const files = {};
  let at = bytes.readUInt32LE(bytes.length - 22 + 16); // the central directory, without a comment behind it
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20));
    const content = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
    files[bytes.toString('utf8', at + 46, at + 46 + name)] = content.toString();
    at += 46 + name + extra + comment;
  }
  return files;
}

// The demonstration leaves one kind of database, comes into the other, and is the same there.
async function exportAndRestore(dialect) {
  const from = demonstration(dialect);
  const into = freshDatabase(other(dialect));
  const file = join(from.folder, 'organisation.zip');
  const server = await serve(from); // it goes on meanwhile
  const written = json(run(from, ['export', '--json', '--reason', 'moving house', file]));
  await server.stop();
  assert.ok(written.rows > 1000);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(run(from, ['export', file]).code, 1, 'it is there already');
  assert.equal(json(run(from, ['export', '--json', '--check', file])).rows, written.rows);
  const cut = join(from.folder, 'cut.zip');
  writeFileSync(cut, readFileSync(file).subarray(0, 50_000));
  assert.match(run(into, ['restore', cut]).err, /altered, or cut off/);
  if (other(dialect) === 'sqlite') assert.throws(() => statSync(join(into.folder, 'buckstop.db')), 'nothing was made');

  assert.equal(json(run(into, ['restore', '--json', file])).rows, written.rows);
  assert.match(run(into, ['restore', file]).err, /is in this database already/);
  assert.deepEqual(json(run(into, ['user', 'list', '--json'])), [], 'nobody signs in there');
  const again = join(from.folder, 'again.zip');
  done(run(into, ['export', again]));
  const [before, after] = [unzipped(file), unzipped(again)];
  delete before['manifest.json'];
  delete after['manifest.json'];
  assert.ok(before['debrief.jsonl'].split('\n').length > 3);
  const sorted = (files) => Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.split('\n').sort()]));
  assert.deepEqual(sorted(after), sorted(before));
  assert.ok(json(run(into, ['audit', 'verify', '--json'])).whole);
  assert.deepEqual(readdirSync(from.folder).filter((name) => name.includes('.part-')), []);

  const setup = done(run(into, ['setup', '--organisation-name', 'Moved', '--name', 'Eve', '--email', 'eve@moved.example']));
  assert.match(setup, /http/, 'the first administrator comes in by a link');
  from.drop();
  into.drop();
}

async function erasure(dialect) {
  const database = demonstration(dialect);
  const [someone] = database.made.sign_ins;
  const preview = json(run(database, ['user', 'erase', '--json', '--preview', someone.email]));
  assert.equal(preview.person.name, someone.name);
  assert.ok(preview.goes.length > 3 && preview.remains.length > 3);
  assert.match(run(database, ['user', 'erase', someone.email]).err, /--name/);
  assert.equal(run(database, ['user', 'erase', '--name', 'Somebody Else', someone.email]).code, 1);
  const erased = json(run(database, ['user', 'erase', '--json', '--name', someone.name, preview.person.id]));
  assert.equal(erased.name, 'Someone 1');
  assert.match(run(database, ['user', 'erase', '--name', someone.name, someone.email]).err, /Nobody has the address/);
  assert.match(run(database, ['user', 'erase', '--name', 'Someone 1', erased.id]).err, /erased already/);
  assert.ok(json(run(database, ['audit', 'verify', '--json'])).whole);
  const file = join(database.folder, 'after.zip');
  done(run(database, ['export', file]));
  const text = Object.values(unzipped(file)).join('\n');
  assert.ok(text.includes('Someone 1'));
  for (const gone of [someone.name, someone.email]) assert.ok(!text.includes(gone), `${gone} is gone`);
  database.drop();
}

async function doctor(dialect) {
  const database = demonstration(dialect);
  const before = json(run(database, ['status', '--json']));
  process.env.BUCKSTOP_MAIL_PASSWORD = 'hush hush';
  const result = run(database, ['doctor', '--json']);
  const report = JSON.parse(result.out);
  assert.equal(report.outcome === 'problem' ? 1 : 0, result.code);
  const problems = report.checks.filter((check) => check.outcome === 'problem');
  // The tests' PostgreSQL is made to be fast, not safe, and the doctor sees it.
  assert.deepEqual(problems.filter((check) => check.check !== 'server'), []);
  if (dialect === 'postgres') assert.ok(problems.some((check) => check.message.includes('fsync is off')));
  for (const name of ['settings', 'files', 'database', 'schema', 'integrity', 'clock', 'indexes', 'jobs', 'audit', 'mail'])
    assert.ok(report.checks.some(({ check }) => check === name), `${name} is looked at`);
  assert.deepEqual(
    report.settings.find(({ name }) => name === 'mail-password'),
    { name: 'mail-password', value: '(set)', from: 'BUCKSTOP_MAIL_PASSWORD' },
  );
  assert.ok(!result.out.includes('hush'));
  assert.ok(!run(database, ['doctor']).out.includes('hush'));
  delete process.env.BUCKSTOP_MAIL_PASSWORD;
  assert.deepEqual(json(run(database, ['status', '--json'])), before);

  const config = join(database.folder, 'wrong.toml');
  writeFileSync(config, 'listen_prot = 1\n');
  const wrong = run(database, ['doctor', '--json', '--config', config]);
  assert.equal(wrong.code, 1);
  assert.match(JSON.parse(wrong.out).checks[0].message, /line 1/);
  const nowhere = { url: `sqlite:${join(database.folder, 'nowhere.db')}` };
  assert.equal(run(nowhere, ['doctor']).code, 1);
  assert.throws(() => statSync(join(database.folder, 'nowhere.db')), 'nothing was made');
  const mail = run(database, ['doctor', '--json', '--mail-server', 'smtp://127.0.0.1:1', '--mail-from', 'b@example.org']);
  assert.ok(JSON.parse(mail.out).checks.some((check) => check.check === 'mail' && check.outcome === 'problem'));
  database.drop();
}

async function auditLog(dialect) {
  const database = demonstration(dialect);
  const [{ organisation, head }] = json(run(database, ['audit', 'head', '--json'])).organisations;
  assert.ok(head.sequence > 0);
  const verified = json(run(database, ['audit', 'verify', '--json']));
  assert.ok(verified.whole);
  assert.deepEqual(verified.organisations[0].result.head, head);
  done(run(database, ['user', 'add', 'new@acme.example', '--name', 'New']));
  done(run(database, ['audit', 'verify', '--head', `${head.sequence}:${head.hash}`, '--organisation', organisation]));
  const rewritten = run(database, ['audit', 'verify', '--json', '--head', `${head.sequence}:${'0'.repeat(64)}`]);
  assert.equal(rewritten.code, 1);
  assert.equal(JSON.parse(rewritten.out).whole, false);
  assert.equal(run(database, ['audit', 'verify', '--head', 'nonsense']).code, 1);
  assert.equal(run(database, ['audit']).code, 2);
  database.drop();
}

async function jobs(dialect) {
  const database = demonstration(dialect);
  // A server without runners leaves what it is asked for waiting.
  const server = await serve(database, ['--job-threads', '0', '--mail-server', 'smtp://127.0.0.1:1', '--mail-from', 'b@example.org']);
  done(run(database, ['user', 'add', 'new@acme.example', '--name', 'New', '--mail-server', 'smtp://127.0.0.1:1', '--mail-from', 'b@example.org']));
  const [job] = json(run(database, ['job', 'list', '--json', '--state', 'waiting']));
  assert.ok(job.id, 'a mail waits');
  assert.equal(json(run(database, ['job', 'show', '--json', job.id])).kind, job.kind);
  assert.match(done(run(database, ['job', 'list'])), new RegExp(job.id));
  assert.equal(json(run(database, ['job', 'cancel', '--json', job.id])).state, 'cancelled');
  assert.match(run(database, ['job', 'cancel', job.id]).err, /cancelled already/);
  assert.equal(json(run(database, ['job', 'retry', '--json', job.id])).state, 'waiting');
  assert.equal(run(database, ['job', 'show', '1']).code, 1);
  assert.equal(run(database, ['job', 'show', 'nonsense']).code, 1);
  assert.equal(run(database, ['job', 'list', '--state', 'nonsense']).code, 2);
  await server.stop();
  database.drop();
}

const freePort = () =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });

async function metrics(dialect) {
  const database = demonstration(dialect);
  const port = await freePort();
  const server = await serve(database, ['--metrics-port', String(port)]);
  const client = new Client(server.base);
  const ana = database.made.sign_ins[0];
  assert.equal((await client.signIn(ana.email, database.made.password)).status, 200);
  const deal = (await client.request('GET', '/deals')).json.items[0].id;
  await client.request('GET', `/deals/${deal}`);
  await client.request('GET', '/nowhere');
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  assert.match(text, /^buckstop_http_requests_total\{method="GET",route="\/deals\/\{deal\}",status="2xx"\} 1$/m);
  assert.match(text, /^buckstop_http_requests_total\{method="",route="",status="4xx"\} [1-9]/m);
  assert.match(text, /^buckstop_database_up 1$/m);
  assert.match(text, /^process_resident_memory_bytes [1-9]/m);
  const started = Number(/^process_start_time_seconds (\S+)$/m.exec(text)[1]);
  assert.ok(started > 1.6e9 && started <= Date.now() / 1000 + 5, `started at ${started}`);
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+-]+)$/);
  for (const personal of [deal, ana.email, ana.name, database.made.organisation, database.made.id])
    assert.ok(!text.includes(personal), `${personal} is nowhere in the metrics`);

  // The document lists what there is, and nothing else.
  const document = readFileSync(resolve(import.meta.dirname, '../../docs/operators/metrics.md'), 'utf8');
  const documented = [...document.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]).sort();
  const there = [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1]).sort();
  assert.deepEqual(documented, there);

  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  const page = await fetch(`${server.base}/metrics`);
  assert.ok(!(await page.text()).includes('buckstop_http'), 'not at the address of the page');
  await server.stop();
  database.drop();
}

const wanted = process.argv[2] ?? '';
let passed = 0;
let failed = 0;
for (const dialect of dialects)
  for (const test of [backupAndRestore, exportAndRestore, erasure, doctor, auditLog, jobs, metrics].filter(({ name }) => name.includes(wanted))) {
    try {
      await test(dialect);
      console.log(`ok      ${test.name} (${dialect})`);
      passed += 1;
    } catch (error) {
      console.log(`FAILED  ${test.name} (${dialect})\n${error.stack}`);
      failed += 1;
    }
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
