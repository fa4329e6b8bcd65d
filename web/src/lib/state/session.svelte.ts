// Who is here. Loaded once before anything is shown; everything else may rely on it.
import { api, ask, setAccess } from '../api/client.ts';
import type { Role, Session, SessionOrganisation, Me } from '../api/types.ts';

const none: Session = { state: 'signed_out', drafts_sealed: false, mail: false };
let current = $state.raw<Session>(none);
let loaded = false;

/** True while the server no longer knows a session that the page still shows: one may sign in again in place,
    and nothing that was written is lost. */
export const expiry = $state({ expired: false });

export const session = {
  get state() {
    return current.state;
  },
  get me(): Me {
    if (!current.person) throw new Error('nobody is signed in');
    return current.person;
  },
  get organisation(): SessionOrganisation {
    if (!current.organisation) throw new Error('nobody is signed in');
    return current.organisation;
  },
  get today() {
    return session.organisation.today;
  },
  get draftsSealed() {
    return current.drafts_sealed;
  },
  get canMail() {
    return current.mail;
  },
  get hint() {
    return current.sign_in_hint;
  },
  /** Whether the person has one of the roles. What the server allows is its own business; this decides what is
      worth showing. */
  is: (...roles: Role[]) => roles.some((role) => current.person?.roles.includes(role)),
};

export function setSession(next: Session) {
  current = next;
  loaded = true;
  expiry.expired = false;
  setAccess(next.csrf_token, sessionEnded);
}

/** The server no longer knows the session that the page shows. */
export function sessionEnded() {
  if (current.state === 'signed_in') expiry.expired = true;
}

export const refreshSession = async () => setSession(await ask(api.GET('/session')));

export async function loadSession() {
  if (!loaded) await refreshSession();
}
