// A link from one document to another, or to a file, leads somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, lineAt } from './files.mjs';

const blank = (code) => code.replace(/[^\n]/g, ' ');

export function links(root) {
  const found = [];
  const below = ['docs', 'src', 'scripts', 'tests', 'bench', 'web'].flatMap((folder) => filesBelow(root, folder, /\.md$/));
  const documents = [
    ...below.filter(({ path }) => !path.includes('node_modules')),
    ...['README.md', 'CHANGELOG.md']
      .filter((path) => existsSync(join(root, path)))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  ];
  for (const { path, text } of documents) {
    const prose = text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
    for (const { 1: target, index } of prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g))
      if (!/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(path), target)))
        found.push({ path, line: lineAt(text, index), message: `there is no ${target}` });
  }
  return found;
}
