// A CRM's export comes in by the page: seen before it is written, refused rows told, again without a change.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, heading, signIn, test } from '../ground.ts';

const rows = 'Ref,Title,Phase,Worth\n1,Quay one,Quoted,100\n2,Quay two,Won,250\n3,Quay three,Lost,much\n';

/** Drops a file on the page, as from a folder beside the browser. */
async function drop(page: Page, name: string, content: string | Uint8Array) {
  const files = await page.evaluateHandle(
    ([called, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], called));
      return transfer;
    },
    [name, [...Buffer.from(content)]] as const,
  );
  await page.locator('form.drop').dispatchEvent('drop', { dataTransfer: files });
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await page.waitForURL(/settings\/imports\/\d+/);
}

/** The numbers of a kind's row: new, changed, unchanged, refused. */
const counts = (page: Page, kind: string) =>
  page.getByRole('row', { name: new RegExp(`^${kind}`) }).getByRole('cell');

test('a compressed export of Salesforce is unpacked, known, and says what it left out', async ({ page, program }) => {
  const table = await readFile(join(import.meta.dirname, '../../data/imports/salesforce_opportunity.csv'));
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'Opportunity.csv.gz', gzipSync(table));
  await expect(page.getByRole('heading', { name: 'This is what it would do' })).toBeVisible();
  await expect(counts(page, 'Deals')).toHaveText(['4', '0', '0', '0']);
  await expect(page.getByText('One row was left out')).toBeVisible();
  await expect(page.getByText('Opportunity.csv', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Bring it in' }).click();
  await expect(page.getByRole('heading', { name: 'Done', exact: true })).toBeVisible();
  await page.goto('deals?outcome=all&q=Tolliver+gangway');
  await expect(page.getByRole('link', { name: 'Tolliver gangway' })).toBeVisible();
});

test('an unknown table is mapped, previewed, brought in, and changes nothing the second time', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'harbours.csv', rows);

  for (const [column, field] of Object.entries({ Ref: 'key', Title: 'name', Phase: 'stage', Worth: 'amount' }))
    await page.getByLabel(`What “${column}” is`).selectOption(field);
  await page.getByRole('button', { name: 'Use this mapping' }).click();

  await expect(page.getByRole('heading', { name: 'This is what it would do' })).toBeVisible();
  await expect(counts(page, 'Deals')).toHaveText(['2', '0', '0', '1']);
  const before = await page.request.get(`${program.base}/api/v1/deals?q=Quay+one`);
  expect(((await before.json()) as { items: unknown[] }).items).toEqual([]); // a preview writes nothing

  await page.getByRole('button', { name: 'Bring it in' }).click();
  await expect(page.getByRole('heading', { name: 'Done', exact: true })).toBeVisible();
  await expect(counts(page, 'Deals')).toHaveText(['2', '0', '0', '1']);

  const refused = page.getByRole('region', { name: /Refused rows/ });
  await expect(refused.getByRole('row').nth(1)).toContainText('much');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    refused.getByRole('link', { name: 'Download them' }).click(),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toContain('3,Quay three,Lost,much');

  await page.getByRole('link', { name: 'See the deals' }).click();
  await expect(heading(page)).toHaveText('Deals');
  await page.goto('deals?outcome=all&q=Quay+two');
  await expect(page.getByRole('link', { name: 'Quay two' })).toBeVisible();

  // The mapping is remembered by its columns, so nothing is asked; and there is nothing new.
  await page.goto('settings/imports');
  await drop(page, 'harbours-again.csv', rows);
  await expect(page.getByText('Everything in these files is here already')).toBeVisible();
  await expect(counts(page, 'Deals')).toHaveText(['0', '0', '2', '1']);
  await page.getByRole('button', { name: 'Cancel the import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the import' }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await page.getByRole('link', { name: 'Imports', exact: true }).first().click();
  await expect(heading(page)).toHaveText('Imports');
  await expect(page.getByRole('row', { name: /harbours-again\.csv/ })).toContainText('Cancelled');
});

test('the first rows show what is chosen, before anything is saved', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'locks.csv', 'Ref,Title,Phase,Worth,Ends\n1,Lock one,Quoted,100,01/02/2027\n2,Lock two,Dead,250,03/04/2026\n3,Lock three,Quoted,much,\n');
  const rows = page.getByRole('region', { name: 'How the first rows will be read' });
  const summary = rows.getByRole('status');
  const choose = (column: string, field: string) => page.getByLabel(`What “${column}” is`).selectOption(field);
  for (const column of ['Ref', 'Title', 'Phase', 'Worth', 'Ends']) await choose(column, '');
  await expect(summary).toHaveText('Still needed: Stage (or Outcome or Is won).');
  await expect(page.getByRole('button', { name: 'Use this mapping' })).toBeDisabled();

  await choose('Ref', 'key');
  await choose('Phase', 'stage');
  await choose('Title', 'name');
  await expect(summary).toHaveText('3 of 3 rows can be read. Nothing is saved yet.');
  const line = (number: number) => rows.getByRole('listitem').filter({ hasText: `Line ${number}` });
  await expect(line(2)).toContainText('Lock one');
  await expect(rows).toContainText('What does “Dead” in “Phase” say of a deal');
  await expect(line(3)).toContainText(/open, won,? or lost/);

  // Another column for the same field changes what stands there; and one that can't be it says why.
  await choose('Title', 'next_step');
  await expect(line(2).getByRole('term').filter({ hasText: 'Next step' })).toBeVisible();
  await expect(line(2).getByRole('term').filter({ hasText: /^Name$/ })).toHaveCount(0);
  await choose('Worth', 'amount');
  await expect(summary).toHaveText('2 of 3 rows can be read. Nothing is saved yet.');
  await expect(line(2)).toContainText('€100');
  await expect(line(4)).toContainText('“much” is no number');
  await choose('Ends', 'expected_close_on');
  await expect(rows).toContainText('How are the dates in “Ends” written');
  await expect(line(2)).toContainText(/1 Feb 2027|Feb 1, 2027/);
  await expect(line(2)).toContainText(/2 Jan 2027|Jan 2, 2027/);
  await page.getByLabel('How “Ends” is written').selectOption('dmy');
  await expect(rows).not.toContainText('How are the dates');
  await expect(line(2)).not.toContainText(/2 Jan 2027|Jan 2, 2027/);

  // Nothing of it was saved: who comes back finds the file as it was.
  await page.reload();
  await expect(page.getByLabel('What “Worth” is')).not.toHaveValue('next_step');
  await expect(page.getByText('Its columns need a word from you')).toBeVisible();
});

test('a layout that is known is called as people call it', async ({ page, program }) => {
  const table = await readFile(join(import.meta.dirname, '../../data/imports/salesforce_opportunity.csv'));
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'Opportunity.csv', table);
  await expect(page.getByText('known layout: Salesforce, opportunities')).toBeVisible();
  await page.getByRole('button', { name: 'Change the mapping' }).click();
  const rows = page.getByRole('region', { name: 'How the first rows will be read' });
  await expect(rows.getByRole('status')).toHaveText('4 of 5 rows can be read. Nothing is saved yet.');
  await expect(rows).toContainText('One of them is left out by this mapping’s filter.');
  await expect(rows).toContainText('Skarravoe crew bridge');
});

test('each word that may mean several things is asked about', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'words.csv', 'deal_id,stage\n1,Dead\n2,Closed\n3,Won\n4,Dead\n');
  await page.getByRole('group', { name: /“Dead”/ }).getByLabel('It is lost').check();
  await page.getByRole('group', { name: /“Closed”/ }).getByLabel('It is won').check();
  await page.getByRole('button', { name: 'Answer and look again' }).click();
  await expect(page.getByRole('heading', { name: 'This is what it would do' })).toBeVisible();
  await expect(counts(page, 'Deals')).toHaveText(['4', '0', '0', '0']);
});

test('an import is undone as a whole, and what somebody has learned from stays', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'moles.csv', 'Id,Deal Name,Stage,Amount,Close Date\n1,Mole one,Open,100,2026-12-01\n2,Mole two,Open,250,2026-12-01\n');
  const bring = page.getByRole('button', { name: 'Bring it in' });
  const map = page.getByRole('button', { name: 'Use this mapping' });
  await expect(bring.or(map)).toBeVisible();
  if (await map.isVisible()) {
    const columns = { Id: 'key', 'Deal Name': 'name', Stage: 'stage', Amount: 'amount', 'Close Date': 'close_on' };
    for (const [column, field] of Object.entries(columns))
      await page.getByLabel(`What “${column}” is`).selectOption(field);
    await map.click();
  }
  await bring.click();
  await expect(page.getByRole('heading', { name: 'Done', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo this import' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('every deal to which a debrief or a lesson belongs');
  await dialog.getByRole('button', { name: 'Undo this import' }).click();
  await expect(page.getByRole('heading', { name: 'Undone', exact: true })).toBeVisible();
  await expect(page.getByRole('row', { name: /^Deals/ }).getByRole('cell')).toHaveText(['2', '0', '0']);
  await expect(page.getByRole('button', { name: 'Undo this import' })).toHaveCount(0);
  await page.goto('deals?outcome=all&q=Mole');
  await expect(page.getByRole('link', { name: 'Mole one' })).toHaveCount(0);
});

test('a file that is no table says what to do', async ({ page, program }) => {
  await signIn(page, program, 'operations');
  await page.goto('settings/imports');
  await drop(page, 'report.csv', '%PDF-1.7 not a table');
  await expect(page.getByText(/is a PDF/)).toContainText('Export the table as CSV.');
});
