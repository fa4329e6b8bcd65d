import { api, ask } from '#lib/api/client.ts';
import { changed } from '#lib/state/queries.ts';

export const homeQuery = () => ({
  queryKey: ['home'],
  queryFn: () => ask(api.GET('/home')),
});

export const statusQuery = () => ({
  queryKey: ['status'],
  queryFn: () => ask(api.GET('/status')),
});

export async function seen(notice: string) {
  await ask(api.POST('/notices/{notice}/seen', { params: { path: { notice } } }));
  await changed('home', 'notices');
}
