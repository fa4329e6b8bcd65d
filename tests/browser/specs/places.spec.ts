import { expect, heading, signIn, test } from '../ground.ts';

test('deals are searched, filtered, sorted and read', async ({ page, program }) => {
  await signIn(page, program);
  await page.getByRole('link', { name: 'Deals' }).click();
  await page.getByText('Lost', { exact: true }).click();
  await expect(page).toHaveURL(/outcome=lost/);
  await page.getByRole('searchbox').fill('ballycorrig');
  await expect(page.getByRole('link', { name: 'Ballycorrig visitor pontoon' })).toBeVisible();
  await page.getByLabel('Order').selectOption('amount');
  await expect(page).toHaveURL(/sort=amount/);
  await page.getByRole('link', { name: 'Ballycorrig visitor pontoon' }).click();
  await expect(heading(page)).toHaveText('Ballycorrig visitor pontoon');
  await expect(page.getByText('Norrvik Pontoon').first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue('ballycorrig');
  await page.getByRole('searchbox').fill('nothing is called this');
  await expect(page.getByRole('heading', { name: 'No deal fits' })).toBeVisible();
});

test('beside an open deal stand lessons, each with its why', async ({ page, program }) => {
  await signIn(page, program);
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'For your open deals' }) });
  await section.getByRole('heading', { level: 3 }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'Lessons for this deal' })).toBeVisible();
  await expect(page.locator('.why li').first()).toContainText(/Also|Same|With/);
  await page.locator('article h3 a').first().click();
  await expect(page.getByRole('heading', { name: 'Where it was learned' })).toBeVisible();
});

test('pages of fifty go forward and back', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('deals?outcome=all');
  const rows = page.locator('tbody tr');
  await expect(rows).toHaveCount(50);
  const first = await rows.first().textContent();
  await page.getByRole('link', { name: 'Next 50' }).click();
  await expect(rows.first()).not.toHaveText(first ?? '');
  await page.goBack();
  await expect(rows.first()).toHaveText(first ?? '');
});

test('an author changes the words of a lesson; nobody else can', async ({ page, program, anotherPage }) => {
  await signIn(page, program);
  await page.goto('lessons?q=spec');
  await page.getByRole('link', { name: /Ask who wrote the spec/ }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('The lesson in one line').fill('Ask on day one who wrote the spec');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(heading(page)).toHaveText('Ask on day one who wrote the spec');

  const other = await anotherPage();
  await signIn(other, program, 'leader');
  await other.goto(page.url());
  await expect(heading(other)).toHaveText('Ask on day one who wrote the spec');
  await expect(other.getByRole('button', { name: 'Edit' })).toHaveCount(0);
});

test('a commitment is kept, taken back, moved and let go', async ({ page, program }) => {
  await signIn(page, program);
  await page.goto('commitments');
  // The demonstration's are kept; a shared debrief without an act asks for one.
  await page.goto('failures?state=shared');
  await page.getByRole('link', { name: /^Read it/ }).first().click();
  await page.goto('commitments?state=kept');
  const item = page.locator('article').first();
  const act = (await item.locator('.words').textContent()) ?? '';
  await item.getByRole('button', { name: /More choices/ }).click();
  await page.getByRole('menuitem', { name: 'It’s open after all' }).click();
  await expect(page.getByText('Open again.')).toBeVisible();

  await page.goto('commitments');
  const mine = page.locator('article', { hasText: act });
  await mine.getByRole('button', { name: `I did it: ${act}` }).click();
  await expect(mine).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(mine).toBeVisible();

  await mine.getByRole('button', { name: /More choices/ }).click();
  await page.getByRole('menuitem', { name: 'Move to another day' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move it' }).click();
  await expect(mine.getByText('first meant for')).toBeVisible();

  await mine.getByRole('button', { name: /More choices/ }).click();
  await page.getByRole('menuitem', { name: 'I’m not doing it, because…' }).click();
  await page.getByRole('dialog').getByLabel('The reason').fill('The consultant has retired.');
  await page.getByRole('dialog').getByRole('button', { name: 'Let it go' }).click();
  await expect(mine).toHaveCount(0);
  await page.goto('commitments?state=dropped');
  await expect(page.getByText('The consultant has retired.')).toBeVisible();
});

test('each role sees only what it has to do with', async ({ program, anotherPage }) => {
  const seen = async (who: Parameters<typeof signIn>[2]) => {
    const page = await anotherPage();
    await signIn(page, program, who);
    await page.goto('settings/account');
    await expect(heading(page)).toHaveText('My account');
    const places = await page.getByRole('navigation', { name: 'Places' }).getByRole('link').allTextContents();
    const settings = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allTextContents();
    return [places.map((each) => each.trim()), settings.map((each) => each.trim())];
  };
  expect(await seen('rep')).toEqual([
    ['Home', 'Debriefs', 'Deals', 'Lessons', 'Commitments', 'Settings'],
    ['My account', 'About me', 'Organisation', 'People', 'Teams'],
  ]);
  expect(await seen('operations')).toEqual([
    ['Home', 'Deals', 'Lessons', 'Settings'],
    ['My account', 'About me', 'Organisation', 'What asks for a debrief', 'People', 'Teams', 'Imports', 'Data quality'],
  ]);
  expect(await seen('observer')).toEqual([
    ['Home', 'Lessons', 'Settings'],
    ['My account', 'About me', 'Organisation'],
  ]);
  expect((await seen('administrator'))[1]).toContain('Audit log');
});

test('Ctrl+K finds places, deals and lessons', async ({ page, program }) => {
  await signIn(page, program);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What are you looking for?' }).fill('spec');
  await expect(page.getByRole('option', { name: /Ask who wrote the spec/ })).toBeVisible();
  await page.getByRole('combobox').fill('commit');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Commitments');
});

test('single keys lead to places, are listed, and can be turned off', async ({ page, program }) => {
  await signIn(page, program);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(heading(page)).toHaveText('Lessons');
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.getByLabel(/Use single keys/).uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(heading(page)).toHaveText('Lessons');
  await page.reload();
  await expect(heading(page)).toHaveText('Lessons');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the skip link and the menu work by keyboard', async ({ page, program }) => {
  await signIn(page, program);
  await page.reload();
  await expect(heading(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.getByRole('button', { name: /Aoife Gallagher/ }).focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Aoife Gallagher/ })).toBeFocused();
});

test('a page that was open hears again after a restart of the program', async ({ page, program, anotherPage, allowed }) => {
  allowed.push(/Failed to load resource|net::ERR_|status of \d{3}/);
  await signIn(page, program);
  await page.goto('lessons?q=spec');
  await expect(page.getByRole('link', { name: /Ask who wrote the spec/ })).toBeVisible();
  await program.restart();
  const other = await anotherPage();
  await signIn(other, program);
  await other.goto('lessons?q=spec');
  await other.getByRole('link', { name: /Ask who wrote the spec/ }).click();
  await other.getByRole('button', { name: 'Edit' }).click();
  await other.getByLabel('The lesson in one line').fill('Read the spec for fingerprints');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: /for fingerprints/ })).toBeVisible({ timeout: 45_000 });
});
