// Fails where the built page is heavier than it may be. Scripts and styles by gzip, as browsers get them.
//   shell   the scripts of every signed-in page: the framework, the frame around the places
//   route   the scripts that opening one page loads, the shell included
//   css     all styles of all pages
//   fonts   all fonts, also those that only some pages fetch
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Entry {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}
const limits = { shell: 75, route: 120, css: 20, fonts: 90 }; // kB of 1000 bytes
const root = join(import.meta.dirname, '..');
const built = join(root, 'build');
const generated = '.svelte-kit/generated/build/client-optimized';
const manifestFile = join(root, '.svelte-kit/output/client/.vite/manifest.json');

if (!existsSync(join(built, 'index.html')) || !existsSync(manifestFile)) {
  console.error('There is no built page: npm run build');
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Entry>;

function entry(key: string) {
  const found = manifest[key];
  if (!found) throw new Error(`the manifest has no ${key}`);
  return found;
}

/** The scripts that a module needs, without those that are fetched on demand. */
function scripts(key: string, found = new Set<string>(), seen = new Set<string>()) {
  if (seen.has(key)) return found;
  seen.add(key);
  found.add(entry(key).file);
  for (const each of entry(key).imports ?? []) scripts(each, found, seen);
  return found;
}

const gzipped = (file: string) => gzipSync(readFileSync(join(built, file)), { level: 9 }).length;
const kB = (files: Iterable<string>) =>
  [...new Set(files)].reduce((sum, file) => sum + gzipped(file), 0) / 1000;

// Kit's own list of routes: "/(in)/deals": [page, [layouts]]; 0 is the outermost layout.
const app = readFileSync(join(root, generated, 'app.js'), 'utf8');
const routes = [...app.matchAll(/^\t\t"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?/gm)].map(
  ([, id = '', page, layouts = '']) => ({
    id,
    nodes: [0, ...layouts.split(',').filter(Boolean).map(Number), Number(page)],
  }),
);
const clientEntry = 'node_modules/@sveltejs/kit/src/runtime/client/entry.js';
const start = [
  ...scripts(clientEntry),
  ...(entry(clientEntry).dynamicImports ?? []).flatMap((each) => [...scripts(each)]),
  ...scripts(`${generated}/app.js`),
];
const node = (number: number) => [...scripts(`${generated}/nodes/${number}.js`)];
const frame = routes.find((route) => route.id === '/(in)');
if (!frame) throw new Error('there is no route /(in)');

const assets = readdirSync(join(built, '_app/immutable/assets')).map(
  (file) => `_app/immutable/assets/${file}`,
);
const fonts = assets.filter((file) => file.endsWith('.woff2'));
const rows: [keyof typeof limits, string, number][] = [
  ['shell', 'shell', kB([...start, ...frame.nodes.slice(0, -1).flatMap(node)])],
  ...routes.map(({ id, nodes }): [keyof typeof limits, string, number] => [
    'route',
    id,
    kB([...start, ...nodes.flatMap(node)]),
  ]),
  ['css', 'all styles', kB(assets.filter((file) => file.endsWith('.css')))],
  ['fonts', 'all fonts', fonts.reduce((sum, file) => sum + statSync(join(built, file)).size, 0) / 1000],
];

let over = 0;
for (const [kind, name, size] of rows) {
  const fits = size <= limits[kind];
  if (!fits) over += 1;
  console.log(
    `${fits ? 'ok  ' : 'OVER'} ${size.toFixed(1).padStart(6)} of ${String(limits[kind]).padStart(3)} kB  ${name}`,
  );
}
console.log(over ? `${over} over the budget` : 'within the budget');
process.exit(over ? 1 : 0);
