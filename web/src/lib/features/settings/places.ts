// The pages of the settings, by who has something to do there.
import type { Role } from '#lib/api/types.ts';
import { session } from '#lib/state/session.svelte.ts';
import { t } from './words.ts';

interface SettingsPage {
  path: `/${string}`;
  label: () => string;
  roles?: Role[];
}

const mine: SettingsPage[] = [
  { path: '/settings/account', label: () => t('account') },
  { path: '/settings/about-me', label: () => t('about-me') },
];
const colleagues: Role[] = ['administrator', 'leader', 'manager', 'rep', 'operations'];
const organisation: SettingsPage[] = [
  { path: '/settings/organisation', label: () => t('organisation-title') },
  { path: '/settings/rules', label: () => t('rules'), roles: ['administrator', 'operations'] },
  { path: '/settings/people', label: () => t('people'), roles: colleagues },
  { path: '/settings/teams', label: () => t('teams'), roles: colleagues },
  { path: '/settings/imports', label: () => t('imports'), roles: ['administrator', 'operations'] },
  { path: '/settings/data-quality', label: () => t('data-quality'), roles: ['administrator', 'operations'] },
  { path: '/settings/audit', label: () => t('audit'), roles: ['administrator'] },
];

const allowed = (pages: SettingsPage[]) => pages.filter((page) => !page.roles || session.is(...page.roles));

export const settingsGroups = () => [
  { title: t('mine'), pages: mine },
  { title: t('organisation'), pages: allowed(organisation) },
];
