// The real program on a fresh database, started and stopped by tests.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const binary = resolve(process.env.BUCKSTOP_PROGRAM ?? join(import.meta.dirname, '../../build/buckstop'));

export const freePort = () =>
  new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

// A database of its own: a file in a new folder, or a new database on the PostgreSQL of BUCKSTOP_TEST_POSTGRES.
export function freshDatabase(dialect) {
  const folder = mkdtempSync(join(tmpdir(), 'buckstop-api-'));
  if (dialect === 'sqlite')
    return { url: `sqlite:${join(folder, 'buckstop.db')}`, folder, drop: () => rmSync(folder, { recursive: true }) };
  const server = new URL(process.env.BUCKSTOP_TEST_POSTGRES);
  const name = `api_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const administer = (sql) =>
    execFileSync('psql', ['--no-psqlrc', '--quiet', '--dbname', server.href, '--command', sql], { stdio: 'pipe' });
  administer(`create database ${name}`);
  const database = new URL(server);
  database.pathname = `/${name}`;
  return {
    url: database.href,
    folder,
    drop: () => {
      administer(`drop database ${name} with (force)`);
      rmSync(folder, { recursive: true });
    },
  };
}

// Runs a subcommand to its end; returns its exit code and what it printed.
export function run(database, words, { input } = {}) {
  try {
    const out = execFileSync(binary, [...words, '--database', database.url], {
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { code: 0, out, err: '' };
  } catch (error) {
    if (error.status === null || error.status === undefined) throw error;
    return { code: error.status, out: error.stdout, err: error.stderr };
  }
}

// `buckstop serve` on a free port (or the one that is named), ready to answer. `output` collects what it prints.
export async function serve(database, words = [], port = undefined) {
  port ??= await freePort();
  const child = spawn(
    binary,
    ['serve', '--database', database.url, '--listen-port', String(port), '--data-directory', join(database.folder, 'files'), ...words],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const server = { child, port, base: `http://127.0.0.1:${port}`, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (server.output += data));
  server.ended = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
  server.stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    return server.ended;
  };
  for (let attempt = 0; attempt < 400; attempt++) {
    if (child.exitCode !== null) throw new Error(`serve ended at once:\n${server.output}`);
    try {
      if ((await fetch(`${server.base}/health/ready`)).ok) return server;
    } catch {
      // not listening yet
    }
    await new Promise((later) => setTimeout(later, 50));
  }
  await server.stop('SIGKILL');
  throw new Error(`serve did not become ready:\n${server.output}`);
}
