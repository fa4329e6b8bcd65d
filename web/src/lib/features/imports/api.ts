import { api, apiUrl, ask, once, putBytes } from '#lib/api/client.ts';
import type { Covers, Import, Mapping } from '#lib/api/types.ts';
import { changed, queries } from '#lib/state/queries.ts';

export const importsQuery = (cursor?: string) => ({
  queryKey: ['imports', 'list', cursor],
  queryFn: () => ask(api.GET('/imports', { params: { query: { cursor } } })),
});

const about = (id: string) => ({ params: { path: { import: id } } });
const working = (state: string | undefined) =>
  state === 'previewing' || state === 'running' || state === 'undoing';

export const importQuery = (id: string) => ({
  queryKey: ['imports', id],
  queryFn: () => ask(api.GET('/imports/{import}', about(id))),
  // Events tell of steps; in between one wants to see the rows go by.
  refetchInterval: (query: { state: { data?: Import } }) =>
    working(query.state.data?.state) ? 1_000 : false,
});

export const fieldsQuery = () => ({
  queryKey: ['import-fields'],
  queryFn: async () => (await ask(api.GET('/imports/fields'))).kinds,
  staleTime: Infinity,
});

export const refusalsQuery = (id: string, cursor: string | undefined) => ({
  queryKey: ['imports', id, 'refusals', cursor],
  queryFn: () =>
    ask(api.GET('/imports/{import}/refusals', { params: { path: { import: id }, query: { cursor } } })),
});

export const beginImport = (files: readonly File[], as_of: string | undefined) =>
  ask(
    api.POST('/imports', {
      body: { as_of, files: files.map(({ name, size }) => ({ name, bytes: size })) },
      headers: once(),
    }),
  );

/** One piece of a file, as it is. */
export const putChunk =
  (id: string, signal: AbortSignal) => (position: number, offset: number, piece: Blob) =>
    putBytes<{ received: number }>(`/imports/${id}/files/${position}?offset=${offset}`, piece, signal);

/** What a step answers is the import as it is now: shown at once, and asked for again by events. */
async function step(call: Promise<Import>) {
  const now = await call;
  queries.setQueryData(['imports', now.id], now);
  await changed('imports');
  return now;
}

export const previewImport = (id: string) => step(ask(api.POST('/imports/{import}/preview', about(id))));
export const runImport = (id: string) => step(ask(api.POST('/imports/{import}/run', about(id))));
export const setCovers = (id: string, covers: Covers) =>
  step(ask(api.PUT('/imports/{import}/covers', { ...about(id), body: { covers } })));
export const undoImport = (id: string) => step(ask(api.POST('/imports/{import}/undo', about(id))));
export const cancelImport = (id: string) => step(ask(api.POST('/imports/{import}/cancel', about(id))));

export const answerImport = (id: string, answers: { position: number; column: string; value: string }[]) =>
  step(ask(api.POST('/imports/{import}/answers', { ...about(id), body: { answers } })));

export const mapFile = (id: string, position: number, mapping: Mapping) =>
  step(
    ask(
      api.PUT('/imports/{import}/files/{position}/mapping', {
        params: { path: { import: id, position: String(position) } },
        body: mapping,
      }),
    ),
  );

/** How the file's first rows would be read by this mapping, which isn't saved. */
export const firstRowsQuery = (found: Import, position: number, mapping: Mapping) => ({
  queryKey: ['import-first-rows', found.id, found.version, position, mapping],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(
      api.POST('/imports/{import}/files/{position}/first-rows', {
        params: { path: { import: found.id, position: String(position) } },
        body: mapping,
        signal, // who has chosen on isn't waiting for it any more
      }),
    ),
});

export const refusedUrl = (id: string) => apiUrl(`/imports/${id}/refused.csv`);
export const mappingUrl = (id: string, position: number) =>
  apiUrl(`/imports/${id}/files/${position}/mapping.toml`);
