// Dependencies point one way, and a feature's private headers stay its own:
//   base <- access, db, text, stats <- work, http <- features <- app, cli
// A feature may include the public header X.hpp of a feature X that CMakeLists.txt names in its USES, and
// nobody outside includes another one. src/main.cpp may include anything.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exceptions, filesBelow, lineAt } from './files.mjs';

const platform = ['base', 'access', 'db', 'text', 'stats'];
const mayInclude = {
  base: [],
  access: ['base'],
  db: ['base'],
  text: ['base'],
  stats: ['base'],
  work: platform,
  http: platform,
  features: [...platform, 'work', 'http'],
  app: [...platform, 'work', 'http', 'features'],
  cli: [...platform, 'work', 'http', 'features', 'app'],
};

function featureUses(root) {
  const uses = new Map();
  const cmake = existsSync(join(root, 'CMakeLists.txt')) ? readFileSync(join(root, 'CMakeLists.txt'), 'utf8') : '';
  for (const [, name, rest] of cmake.matchAll(/^buckstop_feature\((\w+)([^)]*)\)/gm)) {
    const words = rest.split(/\s+/);
    const from = words.indexOf('USES');
    const to = words.indexOf('LINKS');
    uses.set(name, from < 0 ? [] : words.slice(from + 1, to < from ? undefined : to));
  }
  return uses;
}

export function includes(root) {
  const found = [];
  const uses = featureUses(root);
  const allowed = new Set(exceptions(root, 'scripts/lint/include-exceptions.txt'));
  for (const { path, text } of filesBelow(root, 'src', /\.(cpp|hpp|h)$/)) {
    const parts = path.split('/').slice(1);
    const layer = parts.length > 1 ? parts[0] : 'main';
    const feature = layer === 'features' && parts.length > 2 ? parts[1] : undefined;
    for (const match of text.matchAll(/^[ \t]*#[ \t]*include[ \t]+"([^"]+)"/gm)) {
      const complain = (message) =>
        allowed.has(`${path} ${match[1]}`) || found.push({ path, line: lineAt(text, match.index), message });
      if (match[1].includes('..')) {
        complain(`write the path from src, not "${match[1]}"`);
        continue;
      }
      const target = match[1].includes('/') ? match[1].split('/') : [...dirname(path).split('/').slice(1), match[1]];
      const targetLayer = target[0];
      if (!(targetLayer in mayInclude)) continue; // tests/support and the like
      if (layer !== 'main' && targetLayer !== layer && !mayInclude[layer]?.includes(targetLayer))
        complain(`${layer} may not include ${targetLayer}`);
      if (targetLayer !== 'features' || target.length < 3 || target[1] === feature) continue;
      if (layer !== 'main' && target[2] !== `${target[1]}.hpp`)
        complain(`${match[1]} is private to its feature; only features/${target[1]}/${target[1]}.hpp is public`);
      else if (feature && !uses.get(feature)?.includes(target[1]))
        complain(`CMakeLists.txt doesn't name ${target[1]} in the USES of ${feature}`);
    }
  }
  return found;
}
