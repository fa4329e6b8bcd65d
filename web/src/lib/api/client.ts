// One client for the whole API: the CSRF token on every write, problems as errors, an expired session noticed.
import createClient, { type Middleware } from 'openapi-fetch';
import { to } from '../ui/links.ts';
import { Problem } from './problem.ts';

/** The address of something below the API, for downloads and the event stream. */
export const apiUrl = (path: string) => `${to('/api/v1')}${path}`;

const access = { csrf: '', onExpired: () => {} };

/** The session tells the client what to send with writes, and hears when the server no longer knows it. */
export function setAccess(csrf: string | undefined, onExpired: () => void) {
  access.csrf = csrf ?? '';
  access.onExpired = onExpired;
}

const session: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && access.csrf) request.headers.set('X-CSRF-Token', access.csrf);
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/session') access.onExpired();
  },
};

type Loose = Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', (path: string, init?: any) => Promise<any>>;
const client = createClient<any>({ baseUrl: to('/api/v1') });
client.use(session);
export const api = client as unknown as Loose;

/** The answer to a call, or a thrown Problem. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return data as T;
    throw new Problem(
      response.status,
      typeof error === 'object' && error ? { ...error } : {},
      retryAfter(response),
    );
  } catch (thrown) {
    throw Problem.of(thrown);
  }
}

function retryAfter(response: Response) {
  const seconds = Number(response.headers.get('retry-after'));
  return seconds > 0 ? seconds : undefined;
}

/** For a write that must not happen over somebody's newer version. */
export const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** For a POST that a lost answer may make us repeat. (crypto.randomUUID exists on https alone.) */
export const once = () => ({
  'Idempotency-Key': [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(''),
});
