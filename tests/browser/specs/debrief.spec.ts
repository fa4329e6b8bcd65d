import type { Page } from '@playwright/test';
import { expect, failedRequests, heading, signIn, startDebrief, test } from '../ground.ts';

const status = (page: Page) => page.getByTestId('save-status');
/** Until what was typed last has reached the server. */
async function saved(page: Page) {
  await expect(page.locator('[data-state=saved]')).toBeVisible();
}

test('a rep debriefs a lost deal', async ({ page, program }) => {
  await signIn(page, program);
  const deal = (await page.locator('#first-failure').textContent())?.split(', lost')[0] ?? '';
  await startDebrief(page);
  await expect(page.getByText('Only you see this until you share it.', { exact: false })).toBeVisible();
  await page.getByText('They chose somebody else').click();
  await page.getByLabel('My part', { exact: true }).fill('I priced a special for three weeks instead of ringing the engineer.');
  await page.getByLabel('In one line').fill('Ring before you price');
  await page.getByLabel('The lesson', { exact: true }).fill('A call costs an hour; a special costs three weeks.');
  await page.getByLabel('How will this lesson serve').fill('I will ring within a day of reading any spec.');
  await page.getByLabel('And what are you going to do about it?').fill('Ring the consultant of my next tender on the first day.');
  await page.getByText('Everybody here').click();
  await page.getByRole('button', { name: 'Share it' }).click();

  await expect(heading(page)).toHaveText(deal);
  await expect(page.getByRole('link', { name: 'Ring before you price' })).toBeVisible();
  await page.getByRole('link', { name: 'Commitments' }).click();
  await expect(page.getByText('Ring the consultant of my next tender on the first day.', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Lessons' }).click();
  await page.getByRole('searchbox').fill('ringing the price');
  await expect(page.getByRole('link', { name: 'Ring before you price' })).toBeVisible();
  await expect(page.locator('mark').first()).toBeVisible();
});

test('by keyboard alone', async ({ page, program }) => {
  await signIn(page, program);
  await page.keyboard.press('Tab');
  const start = page.getByRole('button', { name: /Start the debrief/ });
  for (let presses = 0; presses < 40 && !(await start.evaluate((each) => each === document.activeElement)); presses++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Losing this one stings.');
  await expect(heading(page)).toBeFocused();

  await page.keyboard.press('6');
  await expect(page.getByRole('radio', { name: /How we went about it/ })).toBeChecked();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByLabel('My part', { exact: true })).toBeFocused();
  await page.keyboard.type('I never asked who decides. 1 of 6 would have known.');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('Ask who decides');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Before the quote, by name.');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('I can write to the right person.');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Write the name on each of my quotes.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('radio', { name: /My coach/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Share it' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Ask who decides' })).toBeVisible();
});

test('what is missing is said beside its field', async ({ page, program, allowed }) => {
  allowed.push(failedRequests);
  await signIn(page, program);
  await startDebrief(page);
  await page.getByLabel('In one line').fill('Half a lesson');
  await page.getByRole('button', { name: 'Share it' }).click();
  await expect(page.getByLabel('My part', { exact: true })).toBeFocused();
  await expect(page.getByLabel('My part', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert').filter({ hasText: 'Before it can be shared' })).toBeVisible();
});

test('is saved within two seconds and survives a reload', async ({ page, program }) => {
  await page.clock.install();
  await signIn(page, program);
  await startDebrief(page);
  // Two seconds by the page's clock, however slow the machine is.
  await page.clock.pauseAt(Date.now() + 60_000);
  const stored = page.waitForResponse((response) => response.url().endsWith('/draft') && response.ok());
  await page.getByLabel('My part', { exact: true }).pressSequentially('I said fourteen weeks.');
  await page.clock.runFor(2_000);
  await stored;
  await page.clock.resume();
  await saved(page);
  await expect(status(page)).toHaveText('Saved');
  await page.reload();
  await expect(page.getByLabel('My part', { exact: true })).toHaveValue('I said fourteen weeks.');
});

test('the last words before a reload are not lost, however slowly they travel', async ({ page, program, context }) => {
  await signIn(page, program);
  await startDebrief(page);
  await context.route('**/draft', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await route.continue().catch(() => undefined);
  });
  await page.getByLabel('My part', { exact: true }).fill('Typed just before the tab went away.');
  await page.reload();
  await expect(page.getByLabel('My part', { exact: true })).toHaveValue('Typed just before the tab went away.');
});

test('nothing that was written is in the browser’s storage', async ({ page, program }) => {
  await signIn(page, program);
  await startDebrief(page);
  await page.getByLabel('My part', { exact: true }).fill('the yard never held that week');
  await saved(page);
  const stored = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches_ = await caches.keys();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches_]);
  });
  expect(stored).not.toContain('yard');
});

test('a draft outlives the loss of the network', async ({ page, program, context, allowed }) => {
  allowed.push(failedRequests);
  await signIn(page, program);
  await startDebrief(page);
  await context.setOffline(true);
  await page.getByLabel('My part', { exact: true }).fill('Written in a tunnel.');
  await expect(status(page)).toContainText('can’t be reached');
  await page.getByLabel('And what are you going to do about it?').fill('Come out of it.');
  await context.setOffline(false);
  await saved(page);
  await page.reload();
  await expect(page.getByLabel('My part', { exact: true })).toHaveValue('Written in a tunnel.');
  await expect(page.getByLabel('And what are you going to do about it?')).toHaveValue('Come out of it.');
});

test('a draft outlives a restart of the program', async ({ page, program, allowed }) => {
  allowed.push(failedRequests);
  await signIn(page, program);
  await startDebrief(page);
  await program.stop();
  await page.getByLabel('My part', { exact: true }).fill('Written while nobody listened.');
  await expect(status(page)).toContainText('can’t be reached');
  await program.restart();
  await saved(page);
  await page.reload();
  await expect(page.getByLabel('My part', { exact: true })).toHaveValue('Written while nobody listened.');
});

test('two windows: different fields are put together, the same field is shown twice', async ({ page, program, context, allowed }) => {
  allowed.push(failedRequests);
  await signIn(page, program);
  await startDebrief(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await second.getByLabel('My part', { exact: true }).fill('From the second window.');
  await saved(second);
  await expect(page.getByLabel('My part', { exact: true })).toHaveValue('From the second window.');

  // Both change the same field before either hears of the other.
  await context.setOffline(true);
  await page.getByLabel('And what are you going to do about it?').fill('Ring them.');
  await second.getByLabel('And what are you going to do about it?').fill('Visit them.');
  await context.setOffline(false);
  const [conflicted] = await Promise.race(
    [page, second].map(async (each) => {
      await expect(each.getByRole('heading', { name: 'You wrote in two windows' })).toBeVisible({ timeout: 20_000 });
      return [each] as const;
    }),
  );
  const panel = conflicted.locator('section', { has: conflicted.getByRole('heading', { name: 'You wrote in two windows' }) });
  await expect(panel.getByText('Ring them.')).toBeVisible();
  await expect(panel.getByText('Visit them.')).toBeVisible();
  await panel.getByRole('button', { name: 'Keep both' }).click();
  await saved(conflicted);
  await conflicted.reload();
  const act = conflicted.getByLabel('And what are you going to do about it?');
  await expect(act).toHaveValue(/Ring them\./);
  await expect(act).toHaveValue(/Visit them\./);
});

test('skipping is one click, and can be taken back', async ({ page, program }) => {
  await signIn(page, program);
  const first = page.locator('#first-failure');
  const before = (await first.textContent()) ?? '';
  await page.getByRole('button', { name: /^Skip/ }).first().click();
  await expect(first).not.toHaveText(before);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(first).toHaveText(before);
  await page.getByRole('button', { name: /^Skip/ }).first().click();
  await page.getByRole('button', { name: 'Say why' }).click();
  await page.getByRole('button', { name: 'Too small to matter' }).click();
  await page.goto('failures?state=skipped');
  await expect(page.getByText('Skipped: Too small to matter')).toBeVisible();
});

test('one’s coach hears of it at once, and sees no draft', async ({ page, program, anotherPage }) => {
  await signIn(page, program);
  const coach = await anotherPage();
  await signIn(coach, program, 'manager');
  await startDebrief(page);
  await page.keyboard.press('1');
  await page.getByLabel('My part', { exact: true }).fill('I waited for them to ring me.');
  await page.getByLabel('In one line').fill('Ring first');
  await page.getByLabel('The lesson', { exact: true }).fill('Whoever rings first sets the date.');
  await page.getByLabel('And what are you going to do about it?').fill('Ring three people today.');
  await saved(page);
  await expect(coach.getByText('Ring first')).toHaveCount(0);
  await page.getByRole('button', { name: 'Share it' }).click();
  await expect(page.getByRole('link', { name: 'Ring first' })).toBeVisible();

  await coach.getByRole('link', { name: 'Ring first' }).click(); // it came by itself
  await expect(coach.getByText('I waited for them to ring me.')).toBeVisible();
  await expect(coach.getByText('What’s the lesson learned?')).toBeVisible();
});
