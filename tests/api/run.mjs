// Plays every scenario on both databases: node run.mjs [part of a name]. The last line is "N passed, N failed".
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Contract } from './contract.mjs';
import { freshDatabase, run, serve } from './program.mjs';
import { parse, Player } from './scenario.mjs';

const folder = join(import.meta.dirname, 'scenarios');
const wanted = process.argv[2] ?? '';
const scenarios = readdirSync(folder)
  .filter((name) => name.endsWith('.scenario') && name.includes(wanted))
  .map((name) => parse(join(folder, name)));
const dialects = process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

// What a scenario starts from, made once for each database: the demonstration takes a second or two.
async function begin(dialect, start) {
  const database = freshDatabase(dialect);
  const people = {};
  if (start === 'demonstration') {
    const made = run(database, ['demo', '--json']);
    if (made.code !== 0) throw new Error(`demo: ${made.err}${made.out}`);
    const { password } = JSON.parse(made.out);
    for (const { email } of JSON.parse(run(database, ['user', 'list', '--json']).out)) people[email.split(/[.@]/)[0]] = { email, password };
  } else if (start !== 'empty') throw new Error(`nothing to start from is called ${start}`);
  const server = await serve(database);
  const contract = new Contract(await (await fetch(`${server.base}/api/v1/openapi.json`)).json());
  return { database, server, contract, people };
}

let passed = 0;
let failed = 0;
for (const dialect of dialects)
  for (const scenario of scenarios) {
    const name = `${scenario.path.slice(folder.length + 1, -'.scenario'.length)} (${dialect})`;
    let ground;
    try {
      ground = await begin(dialect, scenario.start);
      const player = new Player(ground.server, ground.contract, ground.people);
      const token = /token[^A-Za-z0-9]+([A-Za-z0-9-]{16,})/i.exec(ground.server.output);
      if (token) player.kept.set('setup_token', token[1]);
      await player.play(scenario);
      passed += 1;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error.message}`);
    } finally {
      if (ground) {
        await ground.server.stop();
        ground.database.drop();
      }
    }
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
