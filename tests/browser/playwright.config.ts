// The page against the real program: a database of its own for every test, in Debian's chromium.
import { defineConfig } from '@playwright/test';

const databases = process.env.BUCKSTOP_TEST_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results',
  workers: Number(process.env.BUCKSTOP_BROWSERS ?? 2),
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['line'], ['./counting-reporter.ts']],
  globalSetup: './template.ts',
  projects: databases.map((database) => ({
    name: database,
    metadata: { database },
    // What a page does doesn't depend on the database; what it relies on does: the stories run on both.
    testIgnore: database === 'postgres' ? /(axe|layout|locale)\.spec\.ts/ : undefined,
  })),
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Dublin',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
});
