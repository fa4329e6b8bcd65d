// The places of the page, in the order of the day. A place that doesn't exist yet isn't here.
import BookOpen from '@lucide/svelte/icons/book-open';
import Briefcase from '@lucide/svelte/icons/briefcase';
import Handshake from '@lucide/svelte/icons/handshake';
import House from '@lucide/svelte/icons/house';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Settings from '@lucide/svelte/icons/settings';
import type { Component } from 'svelte';
import type { Role } from '#lib/api/types.ts';
import { session } from '#lib/state/session.svelte.ts';
import { t } from './words.ts';

export interface Place {
  id: string;
  path: `/${string}`;
  label: () => string;
  icon: Component<{ size?: number; strokeWidth?: number }>;
  /** Second key after "g". */
  key: string;
  /** Who has something to do there; without: everybody. */
  roles?: Role[];
}

const sellers: Role[] = ['rep', 'manager', 'leader'];

const all: Place[] = [
  { id: 'home', path: '/', label: () => t('home'), icon: House, key: 'h' },
  {
    id: 'debriefs',
    path: '/debriefs',
    label: () => t('debriefs'),
    icon: MessagesSquare,
    key: 'b',
    roles: sellers,
  },
  {
    id: 'deals',
    path: '/deals',
    label: () => t('deals'),
    icon: Briefcase,
    key: 'd',
    roles: [...sellers, 'operations'],
  },
  { id: 'lessons', path: '/lessons', label: () => t('lessons'), icon: BookOpen, key: 'l' },
  {
    id: 'commitments',
    path: '/commitments',
    label: () => t('commitments'),
    icon: Handshake,
    key: 'c',
    roles: sellers,
  },
  { id: 'settings', path: '/settings', label: () => t('settings'), icon: Settings, key: 's' },
];

export const places = () => all.filter((place) => !place.roles || session.is(...place.roles));

/** Which place a route belongs to: failures are part of the debriefs. */
export function placeOf(routeId: string | null) {
  const first = /^\/\(in\)\/([^/]+)/.exec(routeId ?? '')?.[1] ?? 'home';
  return first === 'failures' ? 'debriefs' : first;
}
