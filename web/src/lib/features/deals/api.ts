import { api, ask } from '#lib/api/client.ts';
import type { Outcome } from '#lib/api/types.ts';

export const sorts = ['closed_on', 'expected_close_on', 'amount', 'name'] as const;
export type Sort = (typeof sorts)[number];

export interface DealQuery {
  outcome?: Outcome;
  q?: string;
  stage?: string;
  mine?: boolean;
  sort?: Sort;
  cursor?: string;
  limit?: number;
}

export const dealsQuery = (query: DealQuery) => ({
  queryKey: ['deals', 'list', query],
  queryFn: () => ask(api.GET('/deals', { params: { query } })),
});

export const dealQuery = (deal: string) => ({
  queryKey: ['deals', deal],
  queryFn: () => ask(api.GET('/deals/{deal}', { params: { path: { deal } } })),
});

export const lessonsForDealQuery = (deal: string) => ({
  queryKey: ['deals', deal, 'lessons'],
  queryFn: async () => {
    const found = await ask(api.GET('/deals/{deal}/lessons', { params: { path: { deal } } }));
    return found.items;
  },
});
