// Hours of use in minutes: people of the demonstration organisation read everything the API offers and keep saving
// a draft, while memory, open files and answers are watched. usage: node scripts/soak.mjs [MINUTES for each database]
// The last line is "N passed, N failed".
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from '../tests/api/client.mjs';
import { freshDatabase, run, serve } from '../tests/api/program.mjs';

const minutes = Number(process.argv[2] ?? 10);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function sample(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return { memory: number('VmRSS') / 1024, threads: number('Threads'), files: readdirSync(`/proc/${pid}/fd`).length };
}

// What can be read without knowing an id, and ends by itself.
function readablePaths(document) {
  return Object.entries(document.paths)
    .filter(([path, item]) => !path.includes('{') && item.get && !JSON.stringify(item.get).includes('text/event-stream'))
    .map(([path]) => path.replace(/^\/api\/v1/, ''));
}

async function reads(client, paths, until, count) {
  while (Date.now() < until) {
    const path = paths[Math.floor(Math.random() * paths.length)];
    const answer = await client.request('GET', path);
    count(answer.status, `GET ${path}`, answer.text);
    if (answer.status === 429) await pause(1000);
  }
}

async function saves(client, until, count) {
  const failures = await client.request('GET', '/failures?mine=true&state=waiting');
  const failure = failures.json.items[0].id;
  const debrief = (await client.request('POST', `/failures/${failure}/debrief`, { body: {} })).json.id;
  for (let revision = 0; Date.now() < until; ) {
    const answer = await client.request('PUT', `/debriefs/${debrief}/draft`, { body: { revision, my_part: `Thought ${revision}.` } });
    count(answer.status, 'PUT draft', answer.text);
    if (answer.status === 200) revision = answer.json.revision;
    await pause(20);
  }
}

async function soak(dialect) {
  const database = freshDatabase(dialect);
  const { sign_ins: people, password } = JSON.parse(run(database, ['demo', '--json']).out);
  const server = await serve(database);
  try {
    const clients = [];
    for (const { email } of people) {
      const client = new Client(server.base);
      const answer = await client.signIn(email, password);
      if (answer.status !== 200) throw new Error(`${email} can't sign in: ${answer.status} ${answer.text}`);
      clients.push(client);
    }
    const paths = readablePaths(await (await fetch(`${server.base}/api/v1/openapi.json`)).json());
    const until = Date.now() + minutes * 60_000;
    const statuses = {};
    const wrong = new Set();
    const count = (status, what, text) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 500) wrong.add(`${what}: ${status} ${text}`);
    };
    const samples = [];
    const watch = setInterval(() => samples.push(sample(server.child.pid)), minutes * 500);
    await Promise.all([saves(clients[0], until, count), ...clients.flatMap((client) => [reads(client, paths, until, count), reads(client, paths, until, count)])]);
    clearInterval(watch);
    // The first quarter warms caches and pools; growth between the two halves of the rest is a leak.
    const warm = samples.slice(Math.floor(samples.length / 4));
    const halves = [warm.slice(0, warm.length / 2), warm.slice(warm.length / 2)];
    const grown = (of) => median(halves[1].map(of)) - median(halves[0].map(of));
    const memory = median(halves[0].map(({ memory }) => memory));
    if (grown(({ memory }) => memory) > Math.max(10, memory * 0.1)) wrong.add(`memory grows: ${samples.map((s) => s.memory.toFixed(0)).join(' ')} MB`);
    if (grown(({ files }) => files) > 5) wrong.add(`open files grow: ${samples.map((s) => s.files).join(' ')}`);
    if (grown(({ threads }) => threads) > 2) wrong.add(`threads grow: ${samples.map((s) => s.threads).join(' ')}`);
    if (!statuses[200]) wrong.add('nothing was answered with 200');
    const { code, signal } = await server.stop();
    if (code !== 0) wrong.add(`stopping ended with ${code ?? signal}`);
    if (wrong.size) throw new Error([...wrong].slice(0, 10).join('\n'));
    return `${JSON.stringify(statuses)} from ${paths.length} paths and a draft, ${memory.toFixed(0)} MB`;
  } finally {
    await server.stop('SIGKILL');
    database.drop();
  }
}

let passed = 0;
let failed = 0;
for (const dialect of process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'])
  try {
    console.log(`ok      soak (${dialect}): ${await soak(dialect)}`);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  soak (${dialect}): ${error.message}`);
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
