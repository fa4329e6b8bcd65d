// What this browser remembers of a person's taste: never a word that they wrote.

export type Theme = 'system' | 'light' | 'dark';
interface Preferences {
  theme: Theme;
  /** Single-key shortcuts; Ctrl+K and Ctrl+Enter always work. */
  keys: boolean;
  locale?: string;
}
const name = 'buckstop';

function read(): Preferences {
  const usual: Preferences = { theme: 'system', keys: true };
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Preferences>) };
  } catch {
    return usual; // storage is off, or holds something else
  }
}

export const preferences = $state(read());

function showTheme() {
  const root = document.documentElement;
  if (preferences.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = preferences.theme;
}

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]) {
  preferences[key] = value;
  showTheme();
  try {
    localStorage.setItem(name, JSON.stringify(preferences));
  } catch {
    // It holds for this visit.
  }
}
