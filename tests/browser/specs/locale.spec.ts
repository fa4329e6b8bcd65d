// What a translation would do to the page, by the pseudo-locales: longer words with accents, and right to left.
import type { Page } from '@playwright/test';
import { expect, failedRequests, signIn, test } from '../ground.ts';
import { forAdministrator, forRep, visit } from '../routes.ts';

/** Texts of the page's own that stayed plain English: in its controls and headings, where nobody's words stand. */
const untranslated = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, label, th, h2, h3, legend, nav a')]
      .filter((each) => !each.closest('[lang], .words, .serif, kbd, dialog:not([open])') || each.closest('[lang]') === document.documentElement)
      .filter((each) => !each.closest('.words, .serif'))
      .flatMap((each) => [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
      .map((node) => node.textContent?.trim() ?? '')
      .filter((text) => /\b(the|and|your|this|with|what|sign|save|settings|lessons?)\b/i.test(text)),
  );

test('no text of its own stays plain, and nothing sticks out', async ({ page, program, allowed }) => {
  test.setTimeout(180_000);
  allowed.push(failedRequests);
  await signIn(page, program, 'administrator');
  await page.goto('?locale=en-XA');
  await expect(page.locator('main h1')).toHaveText(/[àéîôû]/); // chosen, and so remembered
  for (const place of [...forRep.filter(({ path }) => typeof path === 'string'), ...forAdministrator]) {
    if (place.route === 'settings/imports/[import]') continue; // its helper reads English
    await visit(page, program, place);
    await page.setViewportSize({ width: 390, height: 844 });
    expect.soft(await untranslated(page), page.url()).toEqual([]);
    expect
      .soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), page.url())
      .toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});

test('the page runs from right to left', async ({ page, program }) => {
  await signIn(page, program);
  await page.goto('?locale=en-XB');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  const [first, search] = await Promise.all([
    page.getByRole('navigation').first().getByRole('link').first().boundingBox(),
    page.getByRole('navigation').first().getByRole('link').last().boundingBox(),
  ]);
  expect(first && search && (first.x > search.x || first.x > 720)).toBe(true);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
});
