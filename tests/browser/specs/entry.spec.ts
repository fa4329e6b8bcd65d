import { addresses, expect, failedRequests, heading, signIn, test } from '../ground.ts';

test('somebody signs in, and out again', async ({ page, program }) => {
  await signIn(page, program);
  await expect(heading(page)).toContainText('Aoife');
  await page.getByRole('button', { name: /Aoife Gallagher/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('Good to have you back');
  await page.goBack();
  await expect(heading(page)).toHaveText('Good to have you back');
});

test('the demonstration says how to look around', async ({ page }) => {
  await page.goto('');
  await expect(page.getByText('Just looking?')).toBeVisible();
  await expect(page.getByText('mended, not marked')).toBeVisible();
});

test.describe('with a wrong password', () => {
  test.use({ allowed: [failedRequests] });
  test('nobody gets in, and the words are kept', async ({ page }) => {
    await page.goto('sign-in');
    await page.getByLabel('E-mail address').fill(addresses.rep);
    await page.getByLabel('Password', { exact: true }).fill('not the one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await expect(page.getByLabel('E-mail address')).toHaveValue(addresses.rep);
  });
});

test('empty fields are named before anything is sent', async ({ page }) => {
  await page.goto('sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('E-mail address')).toBeFocused();
  await expect(page.getByLabel('E-mail address')).toHaveAccessibleDescription('This is needed.');
});

test('a link into the page leads there after sign-in', async ({ page, program }) => {
  await page.goto('deals?outcome=lost');
  await expect(page).toHaveURL(/sign-in\?next=/);
  await page.getByLabel('E-mail address').fill(addresses.rep);
  await page.getByLabel('Password', { exact: true }).fill(program.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/deals\?outcome=lost$/);
  await expect(page.getByRole('radio', { name: 'Lost' })).toBeChecked();
});

test('a link to elsewhere leads nowhere', async ({ page, program }) => {
  await page.goto(`sign-in?next=${encodeURIComponent('//example.org/')}`);
  await page.getByLabel('E-mail address').fill(addresses.rep);
  await page.getByLabel('Password', { exact: true }).fill(program.password);
  await page.keyboard.press('Enter');
  await expect(heading(page)).toContainText('Aoife');
});

test('an address that leads nowhere says so', async ({ page, program }) => {
  await signIn(page, program);
  await page.goto('no/such/place');
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
});

test.describe('a session that ends elsewhere', () => {
  test.use({ allowed: [failedRequests] });
  test('is noticed, and one signs in again in place', async ({ page, program, anotherPage }) => {
    await signIn(page, program);
    await page.getByRole('link', { name: 'Lessons' }).click();
    const other = await anotherPage();
    await signIn(other, program);
    await other.goto('settings/account');
    await other.getByRole('button', { name: 'Sign me out everywhere' }).click();
    await expect(heading(other)).toHaveText('Good to have you back');

    const dialog = page.getByRole('dialog', { name: 'Please sign in again' });
    await expect(dialog).toBeVisible();
    await dialog.getByLabel(/^Password of/).fill(program.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(heading(page)).toHaveText('Lessons');
  });
});
