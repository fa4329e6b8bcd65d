// The demonstration organisation, made once; every test begins with a copy of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, run } from '../api/program.mjs';

export interface Template {
  sqlite: { url: string; folder: string };
  postgres?: { url: string };
  password: string;
}

export const templateFile = () => join(process.env.BUCKSTOP_BROWSER_TEMPLATE ?? '', 'template.json');

function makeDemonstration(database: { url: string; folder: string }) {
  const made = run(database, ['demo', '--json']);
  if (made.code !== 0) throw new Error(`buckstop demo: ${made.err}${made.out}`);
  return (JSON.parse(made.out) as { password: string }).password;
}

export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'buckstop-browser-'));
  process.env.BUCKSTOP_BROWSER_TEMPLATE = folder;
  const sqlite = freshDatabase('sqlite');
  const password = makeDemonstration(sqlite);
  const postgres = process.env.BUCKSTOP_TEST_POSTGRES ? freshDatabase('postgres') : undefined;
  if (postgres) makeDemonstration(postgres);
  const template: Template = {
    sqlite: { url: sqlite.url, folder: sqlite.folder },
    postgres: postgres && { url: postgres.url },
    password,
  };
  writeFileSync(templateFile(), JSON.stringify(template));
  return () => {
    sqlite.drop();
    postgres?.drop();
    rmSync(folder, { recursive: true });
  };
}
