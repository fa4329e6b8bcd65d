// WCAG 2.2 AA as far as a machine can tell, on every place of the page: light and dark, desk and phone.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, failedRequests, heading, setUp, signIn, test } from '../ground.ts';
import { eachPlace } from '../routes.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const schemes = ['light', 'dark'] as const;

async function look(page: Page, name: string) {
  for (const size of sizes)
    for (const colorScheme of schemes) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(async () => {
        await new Promise(requestAnimationFrame); // what changes its colour by a transition begins it here
        const ending = document.getAnimations().filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime));
        const ended = Promise.all(ending.map((each) => each.finished.catch(() => {})));
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000))]); // one may be cancelled, or wait
      });
      const axe = new AxeBuilder({ page });
      // Only contrast depends on the colours.
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe.withTags(tags)).analyze();
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })));
      expect.soft(found, `${name}, ${size.width} px, ${colorScheme}`).toEqual([]);
    }
}

for (const who of ['nobody', 'rep', 'administrator'] as const)
  test(`every place of ${who} is accessible`, async ({ page, program, allowed }) => {
    test.setTimeout(240_000);
    allowed.push(failedRequests); // places that lead nowhere are places too
    await eachPlace(page, program, who, (name) => look(page, name));
  });

test('what opens above a place is accessible', async ({ page, program }) => {
  await signIn(page, program, 'administrator');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'the palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'the keys');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Tadhg/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(page, 'the menu of the person');
});

test.describe('before there is anybody', () => {
  test.use({ start: 'empty' });
  test('setting up is accessible', async ({ page, program }) => {
    test.setTimeout(180_000);
    await page.goto('');
    await expect(heading(page)).toHaveText('Set up Buckstop');
    await look(page, 'setting up');
    await setUp(page, program);
    await look(page, 'the recovery code');
    await page.getByLabel('I have kept it in a safe place').check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByRole('link', { name: 'Bring in your deals' })).toBeVisible();
    await look(page, 'an empty home');
    for (const path of ['deals', 'debriefs', 'lessons', 'commitments', 'settings/imports', 'settings/rules']) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await look(page, `nothing yet at /${path}`);
    }
  });
});
