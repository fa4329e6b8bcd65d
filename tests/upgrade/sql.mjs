// What the tests of upgrades ask a database by itself, not through Buckstop: sqlite3 and psql.
import { execFileSync } from 'node:child_process';

const options = { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'] };

// Runs a script; its first mistake is an error. Returns what it prints: rows of cells, parted by '|'.
export function script(database, sql) {
  if (database.url.startsWith('sqlite:'))
    return execFileSync('sqlite3', ['-batch', '-bail', database.url.slice('sqlite:'.length)], { ...options, input: sql });
  const words = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set', 'ON_ERROR_STOP=1', '--dbname', database.url];
  return execFileSync('psql', words, { ...options, input: sql });
}

// The lines that a query prints.
export const lines = (database, sql) => script(database, sql).split('\n').filter(Boolean);

// All rows of a query, as objects in an order of their own; numbers of 64 bits stay whole.
export function rows(database, table) {
  const isSqlite = database.url.startsWith('sqlite:');
  const columns = lines(
    database,
    isSqlite
      ? `select name from pragma_table_info('${table}');`
      : `select column_name from information_schema.columns where table_name = '${table}' order by ordinal_position;`,
  );
  const text = (column) => `'${column}', cast("${column}" as text)`;
  const object = `${isSqlite ? 'json_object' : 'json_build_object'}(${columns.map(text).join(', ')})`;
  return lines(database, `select ${object} from "${table}";`)
    .map((line) => JSON.parse(line))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

// Names of the tables that hold data; what full-text search keeps beside its table isn't among them.
export function tables(database) {
  return lines(
    database,
    database.url.startsWith('sqlite:')
      ? "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like 'lesson\\_text\\_%' escape '\\' order by name;"
      : "select tablename from pg_tables where schemaname = 'public' order by tablename;",
  );
}
