// Reads and plays scenario files. The language is explained in README.md.
import { readFileSync } from 'node:fs';
import { Client } from './client.mjs';

const isRequest = /^(GET|POST|PUT|PATCH|DELETE) (\S+)(?:\s+(\{.*|\[.*|<.*))?$/;

// [{line, kind, …}] of a file; throws with the line where it can't be read.
export function parse(path) {
  const steps = [];
  const lines = readFileSync(path, 'utf8').split('\n');
  let start = 'demonstration';
  lines.forEach((text, index) => {
    const line = index + 1;
    const trimmed = text.trim();
    if (!trimmed || trimmed.startsWith('#')) return;
    const request = isRequest.exec(text);
    if (request) steps.push({ line, kind: 'request', method: request[1], path: request[2], body: request[3], checks: [], headers: {} });
    else if (text.startsWith('start ')) start = trimmed.slice(6);
    else if (text.startsWith('as ')) steps.push({ line, kind: 'as', who: trimmed.slice(3) });
    else if (/^\s/.test(text) && steps.at(-1)?.kind === 'request') {
      const header = /^([A-Za-z-]+): (.*)$/.exec(trimmed);
      if (header) steps.at(-1).headers[header[1].toLowerCase()] = header[2];
      else steps.at(-1).checks.push({ line, text: trimmed });
    } else throw new Error(`${path}:${line}: not understood: ${trimmed}`);
  });
  return { path, start, steps };
}

// "items[0].deal.name" in a value; undefined where it leads nowhere. items[name=Ana].id finds by a member.
export function reach(value, path) {
  if (path === '.') return value;
  for (const [, name, index, key, wanted] of path.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]|\[([\w.]+)=([^\]]*)\]/g)) {
    if (value === null || value === undefined) return undefined;
    if (name !== undefined) value = value[name];
    else if (index !== undefined) value = value[Number(index)];
    else value = value.find?.((entry) => String(reach(entry, key)) === wanted);
  }
  return value;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Player {
  // `people`: name in scenarios → {email, password}.
  constructor(server, contract, people) {
    this.server = server;
    this.contract = contract;
    this.people = people;
    this.clients = new Map();
    this.kept = new Map();
    this.client = this.clientOf('nobody');
  }

  clientOf(who) {
    if (!this.clients.has(who)) this.clients.set(who, new Client(this.server.base));
    return this.clients.get(who);
  }

  fill(text) {
    return text.replace(/\{([a-z_]\w*)\}/g, (whole, name) => (this.kept.has(name) ? this.kept.get(name) : whole));
  }

  async become(who) {
    const known = this.clients.has(who);
    this.client = this.clientOf(who);
    if (known || who === 'nobody') return;
    const person = this.people[who];
    if (!person) throw new Error(`nobody is called ${who}`);
    const answer = await this.client.signIn(person.email, person.password);
    if (answer.status !== 200) throw new Error(`${who} can't sign in: ${answer.status} ${answer.text}`);
  }

  // Plays all steps; throws an Error that names file and line where one doesn't hold.
  async play({ path, steps }) {
    for (const step of steps) {
      try {
        if (step.kind === 'as') await this.become(step.who);
        else await this.request(step);
      } catch (error) {
        throw new Error(`${path}:${error.line ?? step.line}: ${error.message}`, { cause: error });
      }
    }
  }

  async request(step) {
    const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, this.fill(value)]));
    const path = this.fill(step.path);
    let body = step.body === undefined ? undefined : this.fill(step.body);
    if (body?.startsWith('<')) body = new Uint8Array(readFileSync(new URL(body.slice(1).trim(), `file://${import.meta.dirname}/scenarios/`)));
    else if (body !== undefined) headers['content-type'] ??= 'application/json';
    const answer = await this.client.request(step.method, path, { body, headers });
    if (answer.json?.csrf_token) this.client.csrf = answer.json.csrf_token;
    if (answer.json?.session?.csrf_token) this.client.csrf = answer.json.session.csrf_token;
    const complaints = path.startsWith('/health') ? [] : this.contract.complaints(step.method, path, answer);
    if (complaints.length) throw new Error(`the answer breaks the API's own description: ${complaints.slice(0, 3).join('; ')}\n${answer.text.slice(0, 600)}`);
    for (const check of step.checks) {
      try {
        this.check(this.fill(check.text), answer);
      } catch (error) {
        throw Object.assign(new Error(`${error.message}\n  ${step.method} ${path} → ${answer.status} ${answer.text.slice(0, 800)}`), { line: check.line });
      }
    }
    if (!step.checks.some(({ text }) => /^\d{3}$/.test(text)) && answer.status >= 400)
      throw new Error(`unexpected ${answer.status}: ${answer.text.slice(0, 600)}`);
  }

  check(text, answer) {
    const expect = (holds, message) => {
      if (!holds) throw new Error(message);
    };
    const rules = [
      [/^(\d{3})$/, ([, status]) => expect(answer.status === Number(status), `status is ${answer.status}, not ${status}`)],
      [/^keep (\w+) = (\S+)$/, ([, name, path]) => {
        const value = path === 'etag' ? answer.headers.get('etag') : reach(answer.json, path);
        expect(value !== undefined && value !== null, `there is no ${path} to keep`);
        this.kept.set(name, String(value));
      }],
      [/^header (\S+) (==|contains) (.*)$/, ([, name, how, wanted]) => {
        const value = answer.headers.get(name) ?? '';
        expect(how === '==' ? value === wanted : value.includes(wanted), `header ${name} is ${value}`);
      }],
      [/^body (contains|lacks) (.*)$/, ([, how, wanted]) =>
        expect(answer.text.includes(JSON.parse(this.fill(wanted))) === (how === 'contains'), `the body ${how === 'lacks' ? 'has' : 'lacks'} ${wanted}`)],
      [/^(\S+) (is there|is absent|is empty)$/, ([, path, what]) => {
        const value = reach(answer.json, path);
        const there = value !== undefined && value !== null;
        if (what === 'is empty') expect(there && value.length === 0, `${path} isn't empty: ${JSON.stringify(value)}`);
        else expect(there === (what === 'is there'), `${path} is ${JSON.stringify(value)}`);
      }],
      [/^(\S+) (==|!=|<|<=|>|>=) (.*)$/, ([, path, how, wanted]) => {
        const value = reach(answer.json, path);
        const other = JSON.parse(this.fill(wanted));
        const holds = { '==': same(value, other), '!=': !same(value, other), '<': value < other, '<=': value <= other, '>': value > other, '>=': value >= other }[how];
        expect(holds, `${path} is ${JSON.stringify(value)}, not ${how} ${wanted}`);
      }],
      [/^(\S+) has (>= )?(\d+)$/, ([, path, least, count]) => {
        const length = reach(answer.json, path)?.length;
        expect(least ? length >= Number(count) : length === Number(count), `${path} has ${length}`);
      }],
      [/^(\S+) (contains|lacks) (.*)$/, ([, path, how, wanted]) => {
        const value = reach(answer.json, path);
        const other = JSON.parse(this.fill(wanted));
        const has = Array.isArray(value) ? value.some((entry) => same(entry, other)) : String(value).includes(other);
        expect(has === (how === 'contains'), `${path} is ${JSON.stringify(value)}`);
      }],
    ];
    for (const [pattern, apply] of rules) {
      const match = pattern.exec(text);
      if (match) return apply(match);
    }
    throw new Error(`not understood: ${text}`);
  }
}
