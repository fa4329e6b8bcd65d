// The place is kept: somebody is let in, teams and rules are made, the demonstration goes.
import { expect, failedRequests, heading, signIn, test } from '../ground.ts';

test('an administrator adds somebody, who comes in by the link', async ({ page, program, anotherPage }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/people');
  await page.getByRole('link', { name: 'Add somebody' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription('This is needed.');

  await page.getByLabel('Name', { exact: true }).fill('Inès Ferreira');
  await page.getByLabel('E-mail address').fill('ines.ferreira@quillane.example');
  const manager = page.getByRole('combobox', { name: 'Reports to' });
  await manager.fill('Gareth');
  await page.getByRole('option', { name: /Gareth Pryce/ }).waitFor();
  await manager.press('Enter');
  await expect(manager).toHaveValue('Gareth Pryce');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(heading(page)).toHaveText('Inès Ferreira');

  await page.getByRole('button', { name: 'Make an invitation' }).click();
  const link = await page.getByRole('dialog').getByLabel('Link').inputValue();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  const hers = await anotherPage();
  await hers.goto(link);
  await expect(hers.getByRole('heading', { name: 'Welcome, Inès Ferreira' })).toBeVisible();
  await hers.getByLabel('Password', { exact: true }).fill('a boat, a rope, a lamp');
  await hers.getByRole('button', { name: 'Go in' }).click();
  await expect(heading(hers)).toHaveText('Your recovery code');

  await page.goto('settings/people?q=Ferreira');
  await expect(page.getByRole('row', { name: /Inès Ferreira/ })).toContainText('signs in');
});

test.describe('a link that was used', () => {
  test.use({ allowed: [failedRequests] });
  test('lets nobody in again', async ({ page, program, anotherPage }) => {
    await signIn(page, program, 'administrator');
    await page.goto('settings/people?q=Aoife');
    await page.getByRole('link', { name: 'Aoife Gallagher' }).click();
    await page.getByRole('button', { name: 'Make a link for a new password' }).click();
    const link = await page.getByRole('dialog').getByLabel('Link').inputValue();
    const hers = await anotherPage();
    await hers.goto(link);
    await hers.getByLabel('Password', { exact: true }).fill('a boat, a rope, a lamp');
    await hers.getByRole('button', { name: 'Go in' }).click();
    await expect(heading(hers)).not.toHaveText(/Aoife Gallagher$/);
    const again = await anotherPage();
    await again.goto(link);
    await expect(again.getByRole('button', { name: 'Go in' })).toHaveCount(0);
    await expect(again.getByRole('alert').or(heading(again)).first()).not.toBeEmpty();
  });
});

test('a team is made, renamed and removed', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/teams');
  await page.getByRole('button', { name: 'Add a team' }).click();
  await page.getByRole('dialog').getByLabel('Name of the team').fill('Islands');
  await page.keyboard.press('Enter');
  const islands = page.getByRole('listitem').filter({ hasText: 'Islands' });
  await expect(islands).toContainText('nobody yet');

  await islands.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name of the team').fill('Western Isles');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const isles = page.getByRole('listitem').filter({ hasText: 'Western Isles' });
  await isles.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(isles).toHaveCount(0);
});

test('a rule says what it would open before it is kept', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/rules');
  const rules = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Change/ }) });
  await expect(rules.first()).toBeVisible();
  const before = await rules.count();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const dialog = page.getByRole('dialog');
  const would = async () => Number(/open (no|\d+)/.exec((await dialog.getByText(/It would open/).textContent()) ?? '')?.[1]?.replace('no', '0'));
  await dialog.getByLabel('What asks').selectOption('sampled_win');
  await dialog.getByLabel('How many of a hundred won deals').fill('50');
  await dialog.getByLabel('From which day on').fill('2020-01-01');
  await expect.poll(would).toBeGreaterThan(20);
  const all = await would();
  await dialog.getByLabel('From which day on').fill('2099-01-01');
  await expect.poll(would).toBe(0);
  await dialog.getByLabel('From which day on').fill('2020-01-01');
  await expect.poll(would).toBe(all);
  await dialog.getByLabel('How many of a hundred won deals').fill('5');
  await expect.poll(would).toBeLessThan(all / 2);
  const kept = await would();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(rules).toHaveCount(before + 1);
  await expect(async () => {
    await page.reload();
    await expect(rules.filter({ hasText: 'A won deal' }).last()).toContainText(`has asked for ${kept} debrief`, { timeout: 2000 });
  }).toPass();
});

test('the organisation is renamed, and everybody sees it', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/organisation');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Quillane & Daughters');
  await page.locator('form').filter({ has: name }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(name).toHaveValue('Quillane & Daughters');
});

test('the demonstration goes, and one’s own organisation begins', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.goto('settings/organisation');
  await page.getByRole('button', { name: 'Remove the demonstration' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove the demonstration' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the demonstration' }).click();
  await expect(page).toHaveURL(/setup$/);
  await expect(page.getByLabel('Set-up token')).toBeVisible();
});
