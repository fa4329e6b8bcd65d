// What every test stands on: a program of its own, a page that may not complain, and ways to sign in.
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { startProgram, type Dialect, type Program, type Start } from './program.ts';

interface Ground {
  start: Start;
  basePath: string;
  program: Program;
  /** Console messages that a test expects: anything else fails it. */
  allowed: RegExp[];
  /** A further page in a browser of its own, watched like the first. */
  anotherPage: (options?: Parameters<import('@playwright/test').Browser['newContext']>[0]) => Promise<Page>;
}

/** What Chromium itself writes when a request fails that a test wants to fail. */
export const failedRequests = /Failed to load resource|net::ERR_|status of \d{3}/;

function watch(context: BrowserContext, origin: string, complaints: string[]) {
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(`exception: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) complaints.push(`request to elsewhere: ${url.href}`);
  });
}

export const test = base.extend<Ground>({
  start: ['demonstration', { option: true }],
  basePath: ['', { option: true }],
  allowed: [[], { option: true }],

  program: async ({ start, basePath }, use, info) => {
    const { program, end } = await startProgram(info.project.metadata.database as Dialect, start, basePath);
    await use(program);
    await end();
  },
  baseURL: async ({ program }, use) => use(`${program.base}/`),

  context: async ({ context, program, allowed }, use) => {
    const complaints: string[] = [];
    watch(context, new URL(program.base).origin, complaints);
    await use(context);
    expect(complaints.filter((complaint) => !allowed.some((each) => each.test(complaint)))).toEqual([]);
  },

  anotherPage: async ({ browser, program, allowed }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async (options) => {
      const context = await browser.newContext({ baseURL: `${program.base}/`, ...options });
      contexts.push(context);
      watch(context, new URL(program.base).origin, complaints);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(complaints.filter((complaint) => !allowed.some((each) => each.test(complaint)))).toEqual([]);
  },
});

export { expect };

export const addresses = {
  rep: 'aoife.gallagher@quillane.example',
  manager: 'gareth.pryce@quillane.example',
  leader: 'nuala.fernandes@quillane.example',
  operations: 'shreya.kulkarni@quillane.example',
  administrator: 'tadhg.macnamara@quillane.example',
  observer: 'helena.brandt@quillane.example',
  drafting: 'yusuf.demir@quillane.example',
} as const;

/** Signs in by the form and waits for the first page. */
export async function signIn(page: Page, program: Program, who: keyof typeof addresses = 'rep', path = '') {
  await page.goto(`sign-in${path && `?next=${encodeURIComponent(new URL(path, `${program.base}/`).pathname)}`}`);
  await page.getByLabel('E-mail address').fill(addresses[who]);
  await page.getByLabel('Password', { exact: true }).fill(program.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.locator('main h1')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Good to have you back' })).toHaveCount(0);
}

/** The heading of the page that one is on. */
export const heading = (page: Page) => page.locator('main h1');

/** Opens the first debrief that waits for the person, from Home. */
export async function startDebrief(page: Page) {
  await page.getByRole('button', { name: /Start the debrief/ }).click();
  await expect(heading(page)).toHaveText('Losing this one stings.');
}

/** Fills in the first set-up, up to the recovery code. */
export async function setUp(page: Page, program: Program) {
  await page.getByLabel('Set-up token').fill(program.setupToken());
  await page.getByLabel('Name', { exact: true }).fill('Harbour & Sons');
  await page.getByLabel('Currency').selectOption('SEK');
  await page.getByLabel('Time zone').selectOption('Europe/Stockholm');
  await page.getByLabel('Your name').fill('Åsa Öberg');
  await page.getByLabel('E-mail address').fill('asa@harbour.example');
  await page.getByLabel('Password', { exact: true }).fill('three boats in a row');
  await page.getByRole('button', { name: 'Set up Buckstop' }).click();
  await expect(heading(page)).toHaveText('Your recovery code');
}
