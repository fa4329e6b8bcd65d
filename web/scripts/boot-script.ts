// Moves the inline script that starts the page into a file of its own. Two reasons: no inline script means that
// no hash has to be kept in step with the server's CSP; and a file knows its own address, so the page works
// below any path without being told which.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const inlineScript = /<script>([\s\S]*?)<\/script>/;

/** The page's HTML with the start as a file, and that file's text. Exported for its test. */
export function splitBootScript(html: string, name: (text: string) => string) {
  const script = inlineScript.exec(html)?.[1];
  if (!script?.includes('base: ""'))
    throw new Error('index.html: the script that starts the page has changed');
  const text = script
    .replace('base: ""', "base: new URL('../..', document.currentScript.src).pathname.slice(0, -1)")
    .replaceAll('import("/_app/immutable/', 'import("./')
    .replace(/^\s+/gm, '');
  return { html: html.replace(inlineScript, `<script src="/_app/immutable/${name(text)}"></script>`), text };
}

/** Also asks for the two fonts of the first view at once, instead of after the style sheet. */
export function moveBootScript(folder: string) {
  const page = join(folder, 'index.html');
  const hashed = (text: string) =>
    `boot.${createHash('sha256').update(text).digest('base64url').slice(0, 8)}.js`;
  const { html, text } = splitBootScript(readFileSync(page, 'utf8'), hashed);
  const fonts = readdirSync(join(folder, '_app/immutable/assets'))
    .filter((file) => /^(atkinson|source)[a-z0-9-]*-latin-400-normal\..*\.woff2$/.test(file))
    .map(
      (file) =>
        `<link href="/_app/immutable/assets/${file}" rel="preload" as="font" type="font/woff2" crossorigin>`,
    );
  writeFileSync(page, html.replace('</head>', `${fonts.join('\n')}\n</head>`));
  writeFileSync(join(folder, '_app/immutable', hashed(text)), text);
}
