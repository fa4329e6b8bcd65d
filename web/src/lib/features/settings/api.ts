import { api, apiUrl, ask, ifMatch, keepFile, once } from '#lib/api/client.ts';
import type { Organisation, Retention, RetentionChange, Rule, RuleInput } from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';

export const organisationQuery = () => ({
  queryKey: ['organisation'],
  queryFn: () => ask(api.GET('/organisation')),
});

export async function changeOrganisation(
  organisation: Organisation,
  change: Partial<Pick<Organisation, 'name' | 'time_zone' | 'currency' | 'deal_visibility'>>,
) {
  await ask(api.PATCH('/organisation', { headers: ifMatch(organisation.version), body: change }));
  await changed('organisation');
}

export const retentionQuery = () => ({
  queryKey: ['organisation', 'retention'],
  queryFn: () => ask(api.GET('/organisation/retention')),
});

export async function changeRetention(retention: Retention, change: RetentionChange) {
  await ask(api.PATCH('/organisation/retention', { headers: ifMatch(retention.version), body: change }));
  await changed('organisation');
}

export const exportsQuery = () => ({
  queryKey: ['exports'],
  queryFn: async () => (await ask(api.GET('/organisation/exports'))).items,
});

export async function requestExport(reason: string) {
  await ask(api.POST('/organisation/exports', { body: { reason } }));
  await changed('exports');
}

export const exportUrl = (id: string) => apiUrl(`/organisation/exports/${id}/file`);

export const keepMyData = () => keepFile('/account/export', 'my-data.zip');

export const removeDemonstration = () => ask(api.DELETE('/demonstration'));

export const devicesQuery = () => ({
  queryKey: ['devices'],
  queryFn: async () => (await ask(api.GET('/sessions'))).items,
});

export const changePassword = (current: string, next: string) =>
  ask(api.PUT('/account/password', { body: { current, new: next } }));

export const newRecoveryCode = async (password: string) =>
  (await ask(api.POST('/account/recovery-code', { body: { password } }))).recovery_code;

export const rulesQuery = () => ({
  queryKey: ['rules'],
  queryFn: async () => (await ask(api.GET('/failure-rules'))).items,
});

export const previewQuery = (rule: RuleInput) => ({
  queryKey: ['rules', 'preview', rule],
  queryFn: () => ask(api.POST('/failure-rules/preview', { body: rule })),
});

export async function saveRule(rule: Rule | undefined, wanted: RuleInput) {
  await ask(
    rule
      ? api.PUT('/failure-rules/{rule}', {
          params: { path: { rule: rule.id } },
          headers: ifMatch(rule.version),
          body: wanted,
        })
      : api.POST('/failure-rules', { body: wanted, headers: once() }),
  );
  await changed('rules', 'failures', 'home', 'status');
}

export async function removeRule(rule: Rule) {
  await ask(api.DELETE('/failure-rules/{rule}', { params: { path: { rule: rule.id } } }));
  await changed('rules', 'failures', 'home', 'status');
}

export const auditQuery = (mine: boolean, cursor: string | undefined) => ({
  queryKey: ['audit', mine, cursor],
  queryFn: () => ask(api.GET(mine ? '/audit/mine' : '/audit', { params: { query: { cursor } } })),
});
