// Kills the real program (SIGKILL) at random moments, in imports and in the middle of writes over the API, and looks
// for anything acknowledged that is gone. Both databases. KILLS says how often each (default 12; `make soak`: 300),
// SEED repeats a run. The last line is "N passed, N failed".
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../api/client.mjs';
import { binary, freshDatabase, run, serve } from '../api/program.mjs';

const kills = Number(process.env.KILLS ?? 12);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
let state = seed;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function deals(rows) {
  const lines = ['Deal ID,Deal Name,Company,Owner,Stage,Amount,Created,Closed'];
  for (let i = 0; i < rows; i++) {
    const lost = i % 3 === 0;
    lines.push(`D-${i},Pontoon ${i},Harbour ${i % 97},Seller ${i % 11},${lost ? 'Closed Lost' : 'Quoted'},${1000 + i}.50,2025-03-${String(1 + (i % 28)).padStart(2, '0')},${lost ? '2025-09-30' : ''}`);
  }
  return lines.join('\n') + '\n';
}

const mapping = `kind = "deal"
source = "kill-test"
key = ["Deal ID"]
currency = "EUR"

[columns]
"Deal Name" = "name"
"Company" = "company"
"Owner" = "owner"
"Stage" = "stage"
"Amount" = { field = "amount", format = "decimal_point" }
"Created" = "created_on"
"Closed" = "closed_on"
`;

// Starts an import and kills it after `delay` milliseconds; true where it had ended before.
function interruptedImport(database, words, delay) {
  return new Promise((done) => {
    const child = spawn(binary, [...words, '--database', database.url], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      done(signal === null);
    });
  });
}

async function importsSurvive(dialect) {
  const rows = 60_000;
  const reference = freshDatabase(dialect);
  const file = join(reference.folder, 'deals.csv');
  const map = join(reference.folder, 'map.toml');
  writeFileSync(file, deals(rows));
  writeFileSync(map, mapping);
  const words = ['import', '--json', '--map', map, '--as-of', '2025-10-01', file];
  const started = Date.now();
  const whole = run(reference, words);
  const duration = Date.now() - started;
  if (whole.code !== 0) throw new Error(`the import itself fails (${whole.code}): ${whole.out}${whole.err}`);
  const wanted = run(reference, ['status', '--json']).out;
  let struck = 0;
  for (let round = 0; round < kills; round++) {
    const database = freshDatabase(dialect);
    let tries = 0;
    while (tries++ < 3 && !(await interruptedImport(database, words, random() * duration))) struck += 1;
    const last = run(database, words);
    if (last.code !== 0) throw new Error(`round ${round}: the import after a kill ends with ${last.code}: ${last.out}${last.err}`);
    const found = run(database, ['status', '--json']).out;
    if (found !== wanted) throw new Error(`round ${round}: after kills ${found.trim()}, without ${wanted.trim()}`);
    const again = JSON.parse(run(database, words).out).kinds.deal;
    if (again.created !== 0 || again.changed !== 0 || again.unchanged !== rows)
      throw new Error(`round ${round}: importing again is not nothing: ${JSON.stringify(again)}`);
    database.drop();
  }
  reference.drop();
  if (struck < kills / 4) throw new Error(`only ${struck} of ${kills} kills struck; the test proves nothing`);
  return `${struck} kills in ${kills} imports of ${rows} rows`;
}

async function draftsSurvive(dialect) {
  const database = freshDatabase(dialect);
  const made = JSON.parse(run(database, ['demo', '--json']).out);
  const ana = made.sign_ins[0];
  let server = await serve(database);
  const client = new Client(server.base);
  const signedIn = await client.signIn(ana.email, made.password);
  if (signedIn.status !== 200) throw new Error(`can't sign in: ${signedIn.text}`);
  const failure = (await client.request('GET', '/failures?mine=true&state=waiting')).json.items[0].id;
  const debrief = (await client.request('POST', `/failures/${failure}/debrief`, { body: {} })).json.id;
  let revision = 0;
  let acknowledged = '';
  let saves = 0;
  for (let round = 0; round < kills; round++) {
    let alive = true;
    setTimeout(() => {
      alive = false;
      server.child.kill('SIGKILL');
    }, random() * 400);
    let sent = acknowledged;
    while (alive) {
      try {
        sent = `what I wrote, the ${saves}th time, in round ${round}`;
        const answer = await client.request('PUT', `/debriefs/${debrief}/draft`, { body: { revision, my_part: sent } });
        if (answer.status !== 200) throw new Error(`a save was refused: ${answer.status} ${answer.text}`);
        revision = answer.json.revision;
        acknowledged = sent;
        saves += 1;
      } catch (error) {
        if (alive && !/fetch failed|socket|terminated|other side closed/i.test(String(error.cause ?? error))) throw error;
        if (alive) await pause(5);
      }
    }
    await server.ended;
    server = await serve(database);
    client.base = server.base;
    const after = await client.request('GET', `/debriefs/${debrief}`);
    if (after.status !== 200) throw new Error(`round ${round}: ${after.status} ${after.text}`);
    const found = after.json.draft?.my_part ?? '';
    // The last save may have been written without its answer getting through; nothing older may be there.
    if (found !== acknowledged && found !== sent) throw new Error(`round ${round}: acknowledged “${acknowledged}”, found “${found}”`);
    revision = after.json.draft?.revision ?? 0;
    acknowledged = found;
  }
  await server.stop();
  database.drop();
  if (saves < kills) throw new Error(`only ${saves} saves between ${kills} kills; the test proves nothing`);
  return `${saves} acknowledged saves, ${kills} kills`;
}

let passed = 0;
let failed = 0;
for (const dialect of process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'])
  for (const test of [importsSurvive, draftsSurvive]) {
    try {
      console.log(`ok      ${test.name} (${dialect}): ${await test(dialect)}`);
      passed += 1;
    } catch (error) {
      console.log(`FAILED  ${test.name} (${dialect}), SEED=${seed}: ${error.message}`);
      failed += 1;
    }
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
