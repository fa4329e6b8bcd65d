// Tenants stay apart: every table has org_id, every primary, unique and foreign key in migrations/ begins with
// it, and every SQL text in src/ that touches such a table compares org_id at least as often as it names
// tables (an insert's column list counts as one). Literals that `+` or `+=` joins are one text.
// tenant-exceptions.txt names what may differ: "TABLE" is not a tenant's, "PATH TABLE" is read or written there
// across organisations.
import { exceptions, filesBelow, lineAt } from './files.mjs';

const list = 'scripts/lint/tenant-exceptions.txt';
const blank = (text) => text.replace(/[^\n]/g, ' ');

export function tenants(root) {
  const excepted = new Set(exceptions(root, list));
  const found = [];
  const tables = new Set();
  for (const { path, text } of filesBelow(root, 'migrations', /\.sql$/)) checkMigration(path, text, excepted, tables, found);
  for (const { path, text } of filesBelow(root, 'src', /\.(cpp|hpp)$/))
    if (!path.endsWith('_test.cpp')) checkSource(path, text, excepted, tables, found);
  return found;
}

function checkMigration(path, original, excepted, tables, found) {
  const text = original.replace(/--[^\n]*|'(?:[^']|'')*'/g, blank).toLowerCase();
  const begins = (columns) => /^\s*org_id\b/.test(columns);
  let at = 0;
  for (const statement of text.split(';')) {
    const start = at;
    at += statement.length + 1;
    const complain = (offset, message) => found.push({ path, line: lineAt(text, start + offset), message });
    const index = statement.match(/create\s+unique\s+index\s+(?:if\s+not\s+exists\s+)?\w+\s+on\s+(\w+)\s*(?:using\s+\w+\s*)?\(([^)]*)/);
    if (index && !excepted.has(index[1]) && !begins(index[2]))
      complain(statement.indexOf('create'), `the unique index on ${index[1]} doesn't begin with org_id`);
    const create = statement.match(/(?:create\s+(?:unlogged\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?|alter\s+table\s+)(\w+)/);
    if (!create || excepted.has(create[1])) continue;
    const table = create[1];
    if (/\borg_id\s+(bigint|unindexed)\b/.test(statement)) tables.add(table);
    else if (create[0].startsWith('create')) complain(create.index, `table ${table} has no org_id`);
    for (const key of statement.matchAll(/\b(primary\s+key|unique|foreign\s+key)\s*\(([^)]*)/g))
      if (!begins(key[2])) complain(key.index, `this ${key[1].replace(/\s+/, ' ')} of ${table} doesn't begin with org_id`);
    for (const key of statement.matchAll(/\breferences\s+\w+\s*\(([^)]*)/g))
      if (!begins(key[1])) complain(key.index, `this reference from ${table} doesn't begin with org_id`);
    // A key written behind its column.
    for (const line of statement.matchAll(/[^\n]+/g)) {
      const column = line[0].match(/^\s*(?:create\s.*\(\s*)?(\w+)\s+(?:bigint|int|integer|text|boolean|date|double|bytea|blob)\b/);
      if (column && column[1] !== 'org_id' && /\b(primary\s+key|unique|references)\b(?!\s+key)/.test(line[0]))
        complain(line.index, `a key of ${column[1]} alone in ${table}: write it as a clause that begins with org_id`);
    }
  }
}

// The string literals of a C++ file in groups: what no comma, semicolon or brace stands between; a semicolon before
// a `+=` does not count.
const goesOn = /^;\s*(?:(?:else\s+)?if\s*\([^;{}]*\)\s*|else\s+|return\s+)?\w+\s*\+=/;
export function literalGroups(text) {
  const groups = [];
  let group;
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bR"([^(\s]*)\(([\s\S]*?)\)\1"|"((?:[^"\\\n]|\\.)*)"|'(?:[^'\\\n]|\\.)+'|^[ \t]*#include[^\n]*|[,;{}]/gm;
  for (const match of text.matchAll(token)) {
    const literal = match[2] ?? match[3]?.replace(/\\n|\\t/g, ' ').replace(/\\(.)/g, '$1');
    if (literal !== undefined) {
      if (!group) groups.push((group = { offset: match.index, text: '' }));
      group.text += match[2] === undefined && group.text.endsWith(' ') ? literal : ` ${literal}`;
    } else if (/^[,;{}]$/.test(match[0]) && !goesOn.test(text.slice(match.index, match.index + 300))) group = undefined;
  }
  return groups;
}

const looksLikeSql = /(^\s*(select|insert into|update|delete from|with|from|join|left join|where|and|union|exists)\b)|\$\d|\borg_id\b/;

function checkSource(path, text, excepted, tables, found) {
  for (const { offset, text: literal } of literalGroups(text)) {
    const sql = literal.replace(/--[^\n]*|'(?:[^']|'')*'/g, blank);
    if (!looksLikeSql.test(sql)) continue;
    const named = [...sql.matchAll(/\b(?:from|join|update|into)\s+(\w+)/g)]
      .map((match) => match[1])
      .filter((table) => tables.has(table) && !excepted.has(`${path} ${table}`));
    const compared =
      [...sql.replace(/\b((?:\w+\.)?org_id)\s*=\s*\1\b(?!\.)/g, blank).matchAll(/\borg_id\s*(?:=|in\b|is not distinct from)|=\s*(?:\w+\.)?org_id\b(?!\s*=)|\busing\s*\(\s*org_id\b|\(\s*(?:\w+\.)?org_id\b[^()]*\)\s*(?:=|in\b)/g)]
        .length + [...sql.matchAll(/\binsert\s+into\s+\w+\s*(?:as\s+\w+\s*)?\([^)]*\borg_id\b/g)].length;
    if (named.length > compared)
      found.push({
        path,
        line: lineAt(text, offset),
        message: `names ${named.join(', ')} but compares org_id only ${compared} of ${named.length} times`,
      });
  }
}
