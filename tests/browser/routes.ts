// Every place of the page, by who comes there. A new route belongs here: specs/routes.spec.ts compares this list
// with the folders of web/src/routes.
import type { Page } from '@playwright/test';
import { signIn, startDebrief } from './ground.ts';
import type { Program } from './program.ts';

export interface Place {
  /** As its folder in web/src/routes says it. */
  route: string;
  /** Its address, or the way there. */
  path: string | ((page: Page, program: Program) => Promise<void>);
}

/** Opens the first thing of a list that the API gives to who is signed in. */
const first = (list: string, path: string) => async (page: Page, program: Program) => {
  const answer = await page.request.get(`${program.base}/api/v1/${list}`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  await page.goto(`${path}/${items[0]?.id}`);
};

export const outside: Place[] = [
  { route: 'sign-in', path: 'sign-in' },
  { route: 'forgotten', path: 'forgotten' },
  { route: 'invitations/[token]', path: 'invitations/of-nobody' },
];

export const forRep: Place[] = [
  { route: '', path: '' },
  { route: 'failures', path: 'failures' },
  { route: 'debriefs', path: 'debriefs' },
  { route: 'debriefs/[debrief]', path: first('debriefs?mine=true&state=shared', 'debriefs') },
  {
    route: 'debriefs/[debrief]',
    path: async (page) => {
      await page.goto('');
      await startDebrief(page);
    },
  },
  { route: 'deals', path: 'deals' },
  { route: 'deals', path: 'deals?q=nothing-like-it' },
  { route: 'deals/[deal]', path: first('deals?outcome=open', 'deals') },
  { route: 'deals/[deal]', path: first('deals?outcome=lost', 'deals') },
  { route: 'lessons', path: 'lessons' },
  { route: 'lessons', path: 'lessons?q=date' },
  { route: 'lessons/[lesson]', path: first('lessons', 'lessons') },
  { route: 'commitments', path: 'commitments' },
  { route: 'settings', path: 'settings' },
  { route: 'settings/account', path: 'settings/account' },
  { route: 'settings/about-me', path: 'settings/about-me' },
  { route: 'unseal', path: 'unseal' },
  { route: 'unknown', path: 'no/such/place' },
];

export const forAdministrator: Place[] = [
  { route: '', path: '' },
  { route: 'settings/organisation', path: 'settings/organisation' },
  { route: 'settings/people', path: 'settings/people' },
  { route: 'settings/people/new', path: 'settings/people/new' },
  { route: 'settings/people/[person]', path: first('people', 'settings/people') },
  { route: 'settings/teams', path: 'settings/teams' },
  { route: 'settings/rules', path: 'settings/rules' },
  { route: 'settings/imports', path: 'settings/imports' },
  { route: 'settings/imports/[import]', path: startImport },
  { route: 'settings/data-quality', path: 'settings/data-quality' },
  { route: 'settings/audit', path: 'settings/audit' },
];

/** A file of deals on its way in, up to the page that asks how to read it. */
export async function startImport(page: Page) {
  await page.goto('settings/imports');
  await page.locator('input[type=file]').setInputFiles({
    name: 'harbours.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Ref,Title,Phase,Worth\n1,Quay one,Quoted,100\n2,Quay two,Won,250\n3,Quay three,Lost,much\n'),
  });
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await page.waitForURL(/settings\/imports\/\d+/);
}

export async function visit(page: Page, program: Program, place: Place) {
  if (typeof place.path === 'string') await page.goto(place.path);
  else await place.path(page, program);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
}

/** The places of one person, one after the other, signed in once. */
export async function eachPlace(
  page: Page,
  program: Program,
  who: 'nobody' | 'rep' | 'administrator',
  look: (name: string) => Promise<void>,
) {
  if (who !== 'nobody') await signIn(page, program, who);
  const places = who === 'nobody' ? outside : who === 'rep' ? forRep : forAdministrator;
  for (const place of places) {
    await visit(page, program, place);
    await look(`${who} at /${new URL(page.url()).pathname.slice(1)}`);
  }
}
