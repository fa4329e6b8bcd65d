// A person with a browser's manners: cookies, the CSRF token, JSON.
export class Client {
  constructor(base) {
    this.base = base;
    this.cookies = new Map();
    this.csrf = undefined;
  }

  async request(method, path, { body, headers = {} } = {}) {
    const sent = { accept: 'application/json', origin: this.base, ...headers };
    if (this.cookies.size) sent.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (this.csrf && method !== 'GET' && !('x-csrf-token' in sent)) sent['x-csrf-token'] = this.csrf;
    let payload = body;
    if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
      payload = JSON.stringify(body);
      sent['content-type'] ??= 'application/json';
    }
    const url = this.base + (path.startsWith('/health') ? path : `/api/v1${path}`);
    const response = await fetch(url, { method, headers: sent, body: payload, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value === '' || /max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const json = /json/.test(type) && text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, type, text, json };
  }

  async signIn(email, password) {
    const answer = await this.request('POST', '/session', { body: { email, password } });
    this.csrf = answer.json?.csrf_token;
    return answer;
  }
}
