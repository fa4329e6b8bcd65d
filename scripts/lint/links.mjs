// A link from one document to another, or to a file, leads somewhere.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, lineAt } from './files.mjs';

const blank = (code) => code.replace(/[^\n]/g, ' ');

export function links(root) {
  const found = [];
  const documents = ['docs', 'src', 'scripts', 'tests', 'bench', 'web', 'README.md', 'CHANGELOG.md'].flatMap((folder) =>
    folder.endsWith('.md')
      ? filesBelow(root, '.', /\.md$/, { recursive: false }).filter(({ path }) => path === folder)
      : filesBelow(root, folder, /\.md$/).filter(({ path }) => !path.includes('node_modules')),
  );
  for (const { path, text } of documents) {
    const prose = text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
    for (const { 1: target, index } of prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g))
      if (!/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(path), target)))
        found.push({ path, line: lineAt(text, index), message: `there is no ${target}` });
  }
  return found;
}
