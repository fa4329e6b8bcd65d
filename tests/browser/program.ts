// The real program, started by a test on a free port with a database of its own.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, serve } from '../api/program.mjs';
import { templateFile, type Template } from './template.ts';

export type Dialect = 'sqlite' | 'postgres';
export type Start = 'demonstration' | 'empty';

export interface Program {
  /** Where the page is, without a slash at its end. */
  base: string;
  /** The token of the first set-up, where nobody can sign in yet. */
  setupToken: () => string;
  password: string;
  /** Stops it and starts it again on the same database and port. */
  restart: () => Promise<void>;
  /** Stops it; `restart` brings it back. */
  stop: () => Promise<void>;
}

interface Database {
  url: string;
  folder: string;
  drop: () => void;
}

function copyOf(template: Template, dialect: Dialect): Database {
  const folder = mkdtempSync(join(tmpdir(), 'buckstop-page-'));
  const drop = () => rmSync(folder, { recursive: true });
  if (dialect === 'sqlite') {
    copyFileSync(template.sqlite.url.slice('sqlite:'.length), join(folder, 'buckstop.db'));
    return { url: `sqlite:${join(folder, 'buckstop.db')}`, folder, drop };
  }
  const server = process.env.BUCKSTOP_TEST_POSTGRES ?? '';
  const name = `page_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const original = new URL(template.postgres?.url ?? '').pathname.slice(1);
  const administer = (sql: string) =>
    execFileSync('psql', ['--no-psqlrc', '--quiet', '--dbname', server, '--command', sql], { stdio: 'pipe' });
  administer(`create database ${name} template ${original}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    folder,
    drop: () => {
      administer(`drop database ${name} with (force)`);
      drop();
    },
  };
}

export async function startProgram(dialect: Dialect, start: Start, basePath = '') {
  const template = JSON.parse(readFileSync(templateFile(), 'utf8')) as Template;
  const database: Database = start === 'empty' ? freshDatabase(dialect) : copyOf(template, dialect);
  const words = basePath ? ['--base-path', basePath] : [];
  let server = await serve(database, words);
  const { port } = server;
  const program: Program = {
    base: `${server.base}${basePath}`,
    setupToken: () => /token: ([A-Za-z0-9_-]{16,})/.exec(server.output)?.[1] ?? '',
    password: template.password,
    stop: async () => void (await server.stop()),
    restart: async () => {
      await server.stop();
      server = await serve(database, words, port);
    },
  };
  return {
    program,
    end: async () => {
      await server.stop();
      database.drop();
    },
  };
}
