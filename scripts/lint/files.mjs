import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The files below root/folder whose name matches, as [{path, text}] with paths relative to root.
export function filesBelow(root, folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }));
}

export const lineAt = (text, offset) => text.slice(0, offset).split('\n').length;

// A list of exceptions: a line each, its words before "#", which must be followed by a reason.
export function exceptions(root, path) {
  if (!existsSync(join(root, path))) return [];
  return readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map((line) => {
      const [words, reason] = line.split('#', 2);
      if (!reason?.trim()) throw new Error(`${path}: an exception without a reason: ${line}`);
      return words.trim();
    });
}
