// One event stream tells the page what changed; it carries no content, only what to ask for again. A hidden page
// gives its connection back (browsers allow six to a host without HTTP/2) and asks for everything on return.
import { api, apiUrl, ask } from '../api/client.ts';
import { changed, queries } from './queries.ts';
import { sessionEnded } from './session.svelte.ts';

/** Which queries an event's topic concerns, by the first part of their keys. */
const concerned: Record<string, string[]> = {
  import: ['imports', 'deals', 'status', 'home'],
  failure: ['failures', 'home', 'deals', 'status'],
  debrief: ['debriefs', 'failures', 'home', 'status'],
  lesson: ['lessons', 'deals', 'home', 'status'],
  commitment: ['commitments', 'debriefs', 'home'],
  notice: ['notices', 'home'],
  quality: ['quality'],
  organisation_export: ['exports'],
  people: ['people', 'teams', 'organisation', 'status'],
};

const restAfterHidden = 60_000;
const longestWait = 30_000;

export function listen() {
  let source: EventSource | undefined;
  let wait = 1_000;
  let later: ReturnType<typeof setTimeout> | undefined;
  let missedSome = false;

  function open() {
    source = new EventSource(apiUrl('/events'));
    source.onopen = () => {
      wait = 1_000;
      if (missedSome) void queries.invalidateQueries();
      missedSome = false;
    };
    source.onerror = () => {
      missedSome = true;
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      later = setTimeout(open, wait);
      wait = Math.min(wait * 2, longestWait);
      void askWhy();
    };
    for (const [topic, keys] of Object.entries(concerned))
      source.addEventListener(topic, () => void changed(...keys));
    source.addEventListener('resync', () => void queries.invalidateQueries());
  }

  /** A refused stream says nothing of its reason; mostly it is a session that ended elsewhere. */
  async function askWhy() {
    const session = await ask(api.GET('/session')).catch(() => undefined);
    if (session && session.state !== 'signed_in') sessionEnded();
  }

  function close() {
    clearTimeout(later);
    source?.close();
    source = undefined;
    missedSome = true;
  }

  function onVisibility() {
    clearTimeout(later);
    if (document.hidden) later = setTimeout(close, restAfterHidden);
    else if (!source) open();
  }

  open();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
