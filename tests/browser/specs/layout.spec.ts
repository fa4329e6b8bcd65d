// How every place lies on the page: from a small phone to a desk, and under a path of its own.
import type { Page } from '@playwright/test';
import { expect, failedRequests, heading, signIn, test } from '../ground.ts';
import { eachPlace } from '../routes.ts';

/** What sticks out of the page at its side. */
const sidewards = (page: Page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > width + 1)
      .map((each) => each.outerHTML.slice(0, 120));
  });

/** Controls that a thumb would miss: less than 40 px high or wide. Links within a sentence are as high as it is. */
const small = (page: Page) =>
  page.evaluate(() => {
    const controls = 'button, select, textarea, summary, nav a, a.button, input:not([type=radio], [type=checkbox], [type=file])';
    return [...document.querySelectorAll<HTMLElement>(controls)]
      .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('.visually-hidden, .skip'))
      .map((each) => ({ each, box: each.getBoundingClientRect() }))
      .filter(({ each, box }) => box.width > 1 && !each.classList.contains('visually-hidden') && (box.height < 39.5 || box.width < 39.5))
      .map(({ each, box }) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${each.outerHTML.slice(0, 120)}`);
  });

for (const who of ['nobody', 'rep', 'administrator'] as const)
  test(`every place of ${who} fits a small phone, a phone and a desk`, async ({ page, program, allowed }) => {
    test.setTimeout(180_000);
    allowed.push(failedRequests);
    await eachPlace(page, program, who, async (name) => {
      // 320 px is also what 200 % zoom leaves of 640.
      for (const width of [320, 390, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        expect.soft(await sidewards(page), `${name}, ${width} px`).toEqual([]);
        if (width === 390) expect.soft(await small(page), `${name}: what can be touched`).toEqual([]);
      }
    });
  });

test.describe('under a path of its own', () => {
  test.use({ basePath: '/learning/buckstop' });
  test('the page works, from links into it too', async ({ page, program }) => {
    await signIn(page, program);
    await page.getByRole('link', { name: 'Lessons' }).click();
    await expect(heading(page)).toHaveText('Lessons');
    expect(new URL(page.url()).pathname).toBe('/learning/buckstop/lessons');
    await page.reload();
    await page.locator('main a[href*="/lessons/"]').first().click();
    await expect(page).toHaveURL(/\/learning\/buckstop\/lessons\/\d+$/);
    await expect(heading(page)).not.toHaveText('Lessons');
  });
});

test('nothing moves for who asked for less motion', async ({ page, program }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn(page, program);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((each) => (each.effect?.getComputedTiming().duration as number) > 1).length,
  );
  expect(moving).toBe(0);
});

test('the page may run its own script and nothing else', async ({ page, program }) => {
  const answer = await page.request.get(`${program.base}/`);
  const policy = answer.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src [^;]*'self'|script-src [^;]*'sha256-/);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe/);
});
