// Data leaves whole, is kept as long as it is wanted, and a person can be erased.
import { expect, failedRequests, heading, signIn, test } from '../ground.ts';

test('one takes along everything that is one’s own', async ({ page, program }) => {
  await signIn(page, program, 'rep');
  await page.goto('settings/account');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download my data' }).click();
  expect((await download).suggestedFilename()).toBe('my-data.zip');
  await page.goto('settings/about-me');
  await expect(page.getByRole('row', { name: /account exported/ }).first()).toBeVisible();
});

test('an administrator exports the organisation and says what for', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/organisation');
  await page.getByRole('button', { name: 'Export the organisation' }).click();
  await expect(page.getByLabel('What is it for?')).toHaveAccessibleDescription('This is needed.');
  await page.getByLabel('What is it for?').fill('moving house');
  await page.getByRole('button', { name: 'Export the organisation' }).click();
  const link = page.getByRole('link', { name: /^Download the export/ });
  await expect(link).toBeVisible();
  const download = page.waitForEvent('download');
  await link.click();
  expect((await download).suggestedFilename()).toBe('buckstop-export.zip');
});

test.describe('a number of days that is refused', () => {
  test.use({ allowed: [failedRequests] });
  test('is put right, and how long things are kept is said anew', async ({ page, program }) => {
    await signIn(page, program, 'administrator');
    await page.goto('settings/organisation');
    const form = page.getByRole('region', { name: 'How long things are kept' });
    const undo = form.getByLabel('Days for which an import can be undone');
    await expect(undo).toHaveValue('90');
    await undo.fill('5000');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(undo).toHaveAccessibleDescription(/1 to 3650 days/);
    await undo.fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.reload();
    await expect(undo).toHaveValue('');
  });
});

test('an administrator sees what erasing takes, and erases', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/people?q=Callum');
  await page.getByRole('link', { name: 'Callum Reid' }).click();
  await page.getByRole('button', { name: 'See what would go' }).click();
  const dialog = page.getByRole('dialog', { name: 'Erase Callum Reid?' });
  await expect(dialog).toContainText('Drafts and their keys');
  await expect(dialog).toContainText('Shared debriefs, lessons and commitments');
  await dialog.getByLabel('Type Callum Reid to be sure').fill('Callum Reid');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await expect(heading(page)).toHaveText('People');
  await page.goto('settings/people?q=Callum');
  await expect(page.getByText('Nobody fits')).toBeVisible();
});
