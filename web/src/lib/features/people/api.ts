import { api, ask, ifMatch, once } from '#lib/api/client.ts';
import type {
  Person,
  PersonChange,
  PersonInput,
  SharedWork,
  SignIn,
  SignInLink,
  Team,
} from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';

export interface PeopleQuery {
  q?: string;
  team?: string;
  sign_in?: SignIn;
  cursor?: string;
  limit?: number;
}

export const peopleQuery = (query: PeopleQuery) => ({
  queryKey: ['people', 'list', query],
  queryFn: () => ask(api.GET('/people', { params: { query } })),
});

const about = (person: string) => ({ params: { path: { person } } });

export const personQuery = (person: string) => ({
  queryKey: ['people', person],
  queryFn: () => ask(api.GET('/people/{person}', about(person))),
});

export const teamsQuery = () => ({
  queryKey: ['teams'],
  queryFn: async () => (await ask(api.GET('/teams'))).items,
});

export async function addPerson(wanted: PersonInput) {
  const made = await ask(api.POST('/people', { body: wanted, headers: once() }));
  await changed('people', 'teams');
  return made;
}

export async function changePerson(person: Person, change: PersonChange) {
  await ask(
    api.PATCH('/people/{person}', { ...about(person.id), headers: ifMatch(person.version), body: change }),
  );
  await changed('people', 'teams');
}

async function link(call: Promise<SignInLink>) {
  const made = await call;
  await changed('people');
  return made;
}
export const invite = (person: string) => link(ask(api.POST('/people/{person}/invitation', about(person))));
export const resetPassword = (person: string) =>
  link(ask(api.POST('/people/{person}/password-reset', about(person))));
export const signOutPerson = (person: string) => ask(api.POST('/people/{person}/sign-out', about(person)));

export const erasureQuery = (person: string) => ({
  queryKey: ['people', person, 'erasure'],
  queryFn: () => ask(api.GET('/people/{person}/erasure', about(person))),
});
export async function erasePerson(person: string, name: string, shared: SharedWork) {
  const done = await ask(api.POST('/people/{person}/erasure', { ...about(person), body: { name, shared } }));
  await changed('people', 'teams', 'deals', 'lessons', 'debriefs', 'failures');
  return done;
}

export async function addTeam(name: string) {
  await ask(api.POST('/teams', { body: { name }, headers: once() }));
  await changed('teams');
}
export async function renameTeam(team: Team, name: string) {
  await ask(
    api.PATCH('/teams/{team}', {
      params: { path: { team: team.id } },
      headers: ifMatch(team.version),
      body: { name },
    }),
  );
  await changed('teams', 'people');
}
export async function removeTeam(team: Team) {
  await ask(api.DELETE('/teams/{team}', { params: { path: { team: team.id } } }));
  await changed('teams', 'people');
}
