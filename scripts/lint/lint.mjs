// Prints what the project's rules forbid as path:line: message, and fails when there is any.
import { resolve } from 'node:path';
import { includes } from './includes.mjs';
import { length } from './length.mjs';
import { links } from './links.mjs';
import { tenants } from './tenants.mjs';

const lints = { tenants, includes, length, links };
const words = process.argv.slice(2);
let root = resolve(import.meta.dirname, '../..');
if (words[0] === '--root') root = resolve(words.splice(0, 2)[1]);
const names = words[0] === 'all' ? Object.keys(lints) : words;
if (!names.length || names.some((name) => !(name in lints))) {
  console.error(`usage: scripts/lint/run [--root DIR] ${Object.keys(lints).join('|')}|all`);
  process.exit(2);
}
let found = 0;
for (const name of names)
  for (const { path, line, message } of lints[name](root)) {
    console.log(`${path}:${line}: ${message} [${name}]`);
    found += 1;
  }
console.log(found ? `${found} found` : `${names.join(', ')}: nothing found`);
process.exit(found ? 1 : 0);
