import { expect, heading, test } from '../ground.ts';

test.use({ start: 'empty' });

test('an empty database is set up by who has the token', async ({ page, program }) => {
  await page.goto('');
  await expect(heading(page)).toHaveText('Set up Buckstop');
  await page.getByLabel('Set-up token').fill(program.setupToken());
  await page.getByLabel('Name', { exact: true }).fill('Harbour & Sons');
  await page.getByLabel('Currency').selectOption('SEK');
  await page.getByLabel('Time zone').selectOption('Europe/Stockholm');
  await page.getByLabel('Your name').fill('Åsa Öberg');
  await page.getByLabel('E-mail address').fill('asa@harbour.example');
  await page.getByLabel('Password', { exact: true }).fill('three boats in a row');
  await page.getByRole('button', { name: 'Set up Buckstop' }).click();

  await expect(heading(page)).toHaveText('Your recovery code');
  const code = await page.getByLabel('Recovery code').inputValue();
  expect(code.length).toBeGreaterThan(20);
  await expect(page.getByRole('button', { name: 'Go on' })).toBeDisabled();
  await page.getByLabel('I have kept it in a safe place').check();
  await page.getByRole('button', { name: 'Go on' }).click();

  await expect(heading(page)).toContainText('Åsa');
  await expect(page.getByRole('link', { name: 'Bring in your deals' })).toBeVisible();
  await page.reload();
  await expect(heading(page)).toContainText('Åsa');
  await page.goto('setup');
  await expect(heading(page)).toContainText('Åsa');
});
