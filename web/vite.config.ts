import staticAdapter from '@sveltejs/adapter-static';
import type { Adapter } from '@sveltejs/kit';
import { sveltekit } from '@sveltejs/kit/vite';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { moveBootScript } from './scripts/boot-script.ts';
import { icuMessages } from './scripts/icu-messages.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** A static page whose start is a file and not inline, so that the strictest CSP lets it run. */
function embeddedAdapter(): Adapter {
  const inner = staticAdapter({ fallback: 'index.html' });
  return {
    ...inner,
    async adapt(builder) {
      await inner.adapt(builder);
      moveBootScript('build');
      await builder.compress('build');
    },
  };
}

export default defineConfig({
  plugins: [icuMessages(), sveltekit({ adapter: embeddedAdapter(), version: { name: version } })],
  // Fonts stay files: what is inlined can't be cached alone and counts against every page.
  build: {
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What the start needs before it has set the base path must not bring along who asks for it.
            { name: 'start', test: /kit\/src\/runtime\/client\/payload|vite\/preload-helper/, priority: 1 },
            {
              name: 'frame',
              test: /node_modules\/(svelte|@tanstack|intl-messageformat|@formatjs|openapi-fetch|esm-env|clsx)\/|src\/lib\/(api|state|i18n)\/[^/]+$/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.BUCKSTOP_SERVER ?? 'http://127.0.0.1:8600' } },
  resolve: {
    // Messages are compiled when the page is built (scripts/icu-messages.ts).
    alias: [
      {
        find: /^@formatjs\/icu-messageformat-parser$/,
        replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
      },
    ],
    // In tests, Svelte's state works as it does in the page.
    ...(process.env.VITEST && { conditions: ['browser'] }),
  },
  test: { include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'] },
});
