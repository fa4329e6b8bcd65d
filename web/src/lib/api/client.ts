// One client for the whole API: the CSRF token on every write, problems as errors, an expired session noticed.
import createClient, { type Middleware } from 'openapi-fetch';
import { to } from '../ui/links.ts';
import { Problem } from './problem.ts';
import type { paths } from './schema.d.ts';
import type { Told } from './types.ts';

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

export const api = createClient<paths>({ baseUrl: to('/api/v1') });
api.use(session);

/** The answer to a call, or a thrown Problem. */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Told<T>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return data as Told<T>;
    throw new Problem(
      response.status,
      typeof error === 'object' && error ? { ...error } : {},
      retryAfter(response),
    );
  } catch (thrown) {
    throw Problem.of(thrown);
  }
}

/** Bytes in, JSON out: what the API's description leaves open. */
export async function putBytes<T>(path: string, body: Blob, signal?: AbortSignal): Promise<T> {
  const headers = { 'Content-Type': 'application/octet-stream', 'X-CSRF-Token': access.csrf };
  try {
    const response = await fetch(apiUrl(path), { method: 'PUT', headers, body, signal });
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.status === 401) access.onExpired();
    if (response.ok) return answer as T;
    throw new Problem(response.status, { ...(answer as object) }, retryAfter(response));
  } catch (thrown) {
    throw Problem.of(thrown);
  }
}

/** A file that the server makes when it is asked to, handed to the browser to keep. */
export async function keepFile(path: string, name: string) {
  try {
    const response = await fetch(apiUrl(path), { method: 'POST', headers: { 'X-CSRF-Token': access.csrf } });
    if (response.status === 401) access.onExpired();
    if (!response.ok) {
      const answer: unknown = await response.json().catch(() => ({}));
      throw new Problem(response.status, { ...(answer as object) }, retryAfter(response));
    }
    const url = URL.createObjectURL(await response.blob());
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    URL.revokeObjectURL(url);
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
