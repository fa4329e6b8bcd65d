// What one can do, once: an Action feeds the palette (Ctrl+K), the list of keys (?) and the keys themselves.
import type { Component } from 'svelte';

export interface Action {
  id: string;
  label: () => string;
  /** Further words to find it by. */
  keywords?: string;
  icon?: Component;
  /** One key ("c"), or two in a row ("g h"). */
  key?: string;
  /** Where it leads; or what it does. */
  href?: string;
  perform?: () => void;
}

let registered = $state.raw<Action[]>([]);
let groups: Action[][] = [];

/** All actions of what is on the screen, the newest first. */
export const actions = () => registered;

function publish() {
  registered = groups.flat();
}

/** Offers actions while a component lives: `$effect(() => offer([…]))`. */
export function offer(list: Action[]) {
  groups = [list, ...groups];
  publish();
  return () => {
    groups = groups.filter((group) => group !== list);
    publish();
  };
}
