// Operations works through what asks to be mended: sets aside with a reason, brings back, takes the table away.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, failedRequests, heading, signIn, test } from '../ground.ts';

/** Asks for a look and waits for its end. */
async function look(page: Page) {
  await page.goto('settings/data-quality');
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(page.getByText('Last looked at')).toBeVisible({ timeout: 30_000 });
}

const setAsideButtons = (page: Page) => page.getByRole('button', { name: /^It is right as it is/ });

test('what is right as it is is set aside and brought back', async ({ page, program }, info) => {
  await signIn(page, program, 'operations');
  await look(page);
  await expect(page.getByRole('table')).toBeVisible();
  await page.screenshot({ path: info.outputPath('list.png'), fullPage: true });
  const about = await page.getByRole('row').nth(1).getByRole('cell').first().innerText();
  const before = await setAsideButtons(page).count();

  await setAsideButtons(page).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Set it aside' }).click();
  await expect(dialog.getByLabel('Why?')).toHaveAccessibleDescription(/Say in a word|needed/);
  await dialog.getByLabel('Why?').fill('Agreed with finance');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  if (before < 50) await expect(setAsideButtons(page)).toHaveCount(before - 1);

  await page.getByText('Set aside', { exact: true }).first().click();
  await expect(page.getByText(/Agreed with finance/)).toBeVisible();
  await expect(page.getByRole('row').nth(1)).toContainText(about.split('\n')[0] ?? '');
  await page.getByRole('button', { name: /^Bring it back/ }).click();
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
});

test('findings are filtered, opened and downloaded', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await look(page);
  const kinds = page.getByRole('combobox', { name: 'What it is' });
  const kind = await kinds.locator('option').nth(1).getAttribute('value');
  await kinds.selectOption(kind);
  await expect(page).toHaveURL(new RegExp(`kind=${kind}`));
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download as a table' }).click();
  const table = await readFile(await (await downloading).path(), 'utf8');
  expect(table.split('\r\n')[0]).toContain('kind,name,company,team');
  expect(new Set(table.trim().split('\r\n').slice(1).map((line) => line.split(',')[0]))).toEqual(new Set([kind]));
});

test('on a phone and in the dark', async ({ anotherPage, program }, info) => {
  const page = await anotherPage({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  await signIn(page, program, 'operations');
  await look(page);
  await page.screenshot({ path: info.outputPath('phone.png'), fullPage: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test.describe('somebody who sells', () => {
  test.use({ allowed: [failedRequests] });
  test('has no such page', async ({ page, program }) => {
    await signIn(page, program, 'manager');
    await page.goto('settings/account');
    await expect(page.getByRole('link', { name: 'Data quality' })).toHaveCount(0);
    const answer = await page.request.get(`${program.base}/api/v1/data-quality/findings`);
    expect(answer.status()).toBe(403);
    await page.goto('settings/data-quality');
    await expect(heading(page)).toBeVisible();
    await expect(page.getByRole('table')).toHaveCount(0);
  });
});
