// What was asked of the server is kept here and asked again when an event says that it changed.
import { QueryClient } from '@tanstack/svelte-query';
import { Problem } from '../api/problem.ts';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Once more where it may help; a refusal stays a refusal.
      retry: (times, thrown) => times < 2 && thrown instanceof Problem && thrown.passing,
      refetchOnWindowFocus: true,
      // A page that is offline shows what it has; asking is for when the person asks.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Asks again for everything that the topics name (the first part of a query's key). */
export const changed = (...topics: string[]) =>
  Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
