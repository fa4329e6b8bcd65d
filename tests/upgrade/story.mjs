// A small organisation's life with Buckstop, played over its API: what a recording of a schema holds (record.mjs), and
// what the test then asks for again (run.mjs). It uses only what Buckstop has had from the first schema on.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../api/client.mjs';
import { run } from '../api/program.mjs';

export const password = 'harbour lamp on a wet night';
export const vera = { name: 'Vera Lind', email: 'vera@quay.example' };
export const ana = { name: 'Ana Reyes', email: 'ana@quay.example' };
export const lesson = { title: 'Count the signatures', word: 'zygomatic' };
export const draft = 'I never rang the yard back.';
export const act = 'List the signers of my open deals';
export const counts = { deals: 5, refused: 1 };

const header = 'Id,Deal,Customer,Seller,Stage,Value,Begun,Closes,Why,Against\n';
const september = `${header}D-1,Crew bridge,Skarravoe Salmon,Yusuf Demir,Quoted,118000.00,2025-03-02,2025-12-18,,
D-2,Hoist dock,Marrowsea Boatyard,Ana Reyes,Quoted,84000.50,2025-01-18,2025-10-24,,Quayline
D-3,Ferry ramp,Port of Ullin,Ana Reyes,Enquiry,61000.00,2025-02-11,2025-11-30,,
D-4,"Fender, ""large""",Skarravoe Salmon,Ana Reyes,Won,9000.00,2025-01-05,2025-08-30,,
D-5,Light buoy,Port of Ullin,Yusuf Demir,Lost,52000.00,2025-02-20,2025-08-12,Timing,
`;
// A month later two are lost, one has moved on, and a date can't be read.
const october = `${header}D-1,Crew bridge,Skarravoe Salmon,Yusuf Demir,Negotiation,121000.00,2025-03-02,2026-02-18,,
D-2,Hoist dock,Marrowsea Boatyard,Ana Reyes,Lost,84000.50,2025-01-18,2025-10-24,Price,Quayline
D-3,Ferry ramp,Port of Ullin,Ana Reyes,Lost,61000.00,2025-02-11,2025-10-20,"Price, they said; “too dear”",Größner & Sönner
D-4,"Fender, ""large""",Skarravoe Salmon,Ana Reyes,Won,9000.00,2025-01-05,2025-08-30,,
D-5,Light buoy,Port of Ullin,Yusuf Demir,Lost,52000.00,2025-02-20,2025-08-12,Timing,
D-6,Slipway,Port of Ullin,Ana Reyes,Enquiry,7000.00,2025-10-01,sometime soon,,
`;
const mapping = `kind = "deal"
source = "crm"
key = ["Id"]
currency = "EUR"
[columns]
"Deal" = "name"
"Customer" = "company"
"Seller" = "owner"
"Stage" = "stage"
"Value" = "amount"
"Begun" = "created_on"
"Closes" = "close_on"
"Why" = "stated_reason"
"Against" = "competitor"
`;
// The day after, in files of a later version: one has moved on.
const november = `${header}D-1,Crew bridge,Skarravoe Salmon,Yusuf Demir,Contract,121000.00,2025-03-02,2026-02-18,,\n`;
const people = 'person_id,person_name,email,title,team,manager,active\nP-1,Ana Reyes,ana@quay.example,Sales,North,Vera Lind,yes\nP-2,Yusuf Demir,yusuf@quay.example,Sales,North,Vera Lind,yes\n';
const contacts = 'activity_id,happened_on,activity_kind,subject,deal_id,person\nA-1,2025-09-03,Call,Asked for the drawings,D-2,Ana Reyes\n';

const pause = (ms) => new Promise((later) => setTimeout(later, ms));

function file(database, name, text) {
  const path = join(database.folder, name);
  writeFileSync(path, text);
  return path;
}

// The words of the command line that import the deals of a month.
export function importOf(database, month) {
  const [day, table] = { september: ['2025-09-01', september], october: ['2025-10-26', october], november: ['2025-11-20', november] }[month];
  return ['--as-of', day, '--map', file(database, 'deals.toml', mapping), file(database, `${month}.csv`, table)];
}

async function ask(client, method, path, body, headers) {
  const answer = await client.request(method, path, { body, headers });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  if (answer.json?.csrf_token ?? answer.json?.session?.csrf_token)
    client.csrf = answer.json.csrf_token ?? answer.json.session.csrf_token;
  return answer.json;
}

// The page's way in: a table whose columns are mapped by hand, and the mapping remembered.
async function importInThePage(client) {
  const table = 'Yard,Trade\nMarrowsea Boatyard,Boats\nPort of Ullin,Harbours\n';
  const { id } = await ask(client, 'POST', '/imports', { as_of: '2025-10-02', files: [{ name: 'yards.csv', bytes: table.length }] });
  await ask(client, 'PUT', `/imports/${id}/files/0?offset=0`, table, { 'content-type': 'application/octet-stream' });
  const until = async (states) => {
    for (let attempt = 0; attempt < 600; attempt++) {
      const found = await ask(client, 'GET', `/imports/${id}`);
      if (states.includes(found.state)) return found;
      await pause(50);
    }
    throw new Error(`the import never became ${states.join(' or ')}`);
  };
  await ask(client, 'POST', `/imports/${id}/preview`);
  await until(['previewed', 'question']);
  const columns = [{ header: 'Yard', field: 'name' }, { header: 'Trade', field: 'industry' }];
  await ask(client, 'PUT', `/imports/${id}/files/0/mapping`, { name: 'Yards', kind: 'company', columns, remember: true });
  await until(['previewed']);
  await ask(client, 'POST', `/imports/${id}/run`);
  await until(['done']);
}

// Plays the story against a server on an empty database; `database` is what it serves.
export async function play(database, server) {
  const importing = (...words) => {
    const result = run(database, ['import', '--json', ...words]);
    assert.ok([0, 3].includes(result.code), result.out + result.err);
  };
  let token;
  while (!(token = /token[^A-Za-z0-9]+([A-Za-z0-9-]{16,})/i.exec(server.output)?.[1])) await pause(20); // it is printed at the start
  const leader = new Client(server.base);
  await ask(leader, 'POST', '/setup', { token, organisation_name: 'Quay & Sönner', time_zone: 'Europe/Berlin', currency: 'EUR', ...vera, password });
  importing('--as-of', '2025-09-01', file(database, 'people.csv', people));
  importing(...importOf(database, 'september'));
  importing(...importOf(database, 'october'));
  importing('--as-of', '2025-10-26', file(database, 'contacts.csv', contacts));
  await importInThePage(leader);
  await ask(leader, 'POST', '/failure-rules', { kind: 'lost_deal', starts_on: '2025-01-01', threshold_minor: 1_000_000 });

  const { items } = await ask(leader, 'GET', '/people?q=Ana');
  const { link } = await ask(leader, 'POST', `/people/${items[0].id}/invitation`, {});
  const rep = new Client(server.base);
  await ask(rep, 'POST', `/invitations/${link.split('/').at(-1)}/accept`, { password });
  const failures = (await ask(rep, 'GET', '/failures?mine=true&state=waiting')).items;
  const of = (name) => failures.find((failure) => failure.deal.name === name).id;

  const shared = await ask(rep, 'POST', `/failures/${of('Hoist dock')}/debrief`, {});
  const words = {
    revision: 0,
    reason: 'price',
    my_part: 'I never asked who else had to sign.',
    lesson_title: lesson.title,
    lesson: `Ask at the survey who signs, and meet the ${lesson.word} one.`,
    serves: 'Next time I ask on the quay.',
    act,
    audience: 'organisation',
  };
  const { revision } = await ask(rep, 'PUT', `/debriefs/${shared.id}/draft`, words);
  await ask(rep, 'POST', `/debriefs/${shared.id}/share`, { revision });
  await ask(leader, 'GET', `/debriefs/${shared.id}`); // which the author is told
  const begun = await ask(rep, 'POST', `/failures/${of('Ferry ramp')}/debrief`, {});
  await ask(rep, 'PUT', `/debriefs/${begun.id}/draft`, { revision: 0, my_part: draft });
  await new Client(server.base).signIn(ana.email, 'not her password'); // the throttle remembers
}
