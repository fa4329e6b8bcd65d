import { expect, heading, setUp, test } from '../ground.ts';

test.use({ start: 'empty' });

test('an empty database is set up by who has the token', async ({ page, program }) => {
  await page.goto('');
  await expect(heading(page)).toHaveText('Set up Buckstop');
  await setUp(page, program);
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
