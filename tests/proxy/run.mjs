// Buckstop behind a real nginx and a real haproxy, with the very files of packaging/proxies: only ports and places are
// put in. The last line is "N passed, N failed".
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, freshDatabase, run, serve } from '../api/program.mjs';

const root = resolve(import.meta.dirname, '../..');
const name = 'buckstop.example.com';
const origin = `https://${name}`;

// Puts something else in the place of `what`, which must be there.
const put = (text, what, instead) => {
  assert.ok(text.includes(what), `the example no longer says ${what}`);
  return text.replaceAll(what, instead);
};
const example = (file) => readFileSync(join(root, 'packaging/proxies', file), 'utf8');

function certificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name}`;
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'pipe' });
  writeFileSync(join(folder, 'both.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  return { key, cert, both: join(folder, 'both.pem'), ca: readFileSync(cert) };
}

const proxies = {
  nginx({ folder, tls, ports, backend }) {
    let site = example('nginx.conf').replace(/^ *listen \[::\].*\n/gm, ''); // a container may have no IPv6
    site = put(site, 'listen 80;', `listen 127.0.0.1:${ports.http};`);
    site = put(site, 'listen 443 ', `listen 127.0.0.1:${ports.https} `);
    site = put(site, 'server 127.0.0.1:8600;', `server 127.0.0.1:${backend};`);
    site = put(site, `/etc/ssl/certs/${name}.pem`, tls.cert);
    site = put(site, `/etc/ssl/private/${name}.key`, tls.key);
    const file = join(folder, 'nginx.conf');
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${join(folder, kind)};`);
    writeFileSync(
      file,
      `daemon off; pid ${join(folder, 'pid')}; ${process.getuid() === 0 ? 'user root;' : ''}
events {}
http { access_log off; ${places.join(' ')} ${site} }\n`,
    );
    return ['nginx', ['-c', file, '-e', join(folder, 'error.log')]];
  },
  haproxy({ folder, tls, ports, backend }) {
    let config = put(example('haproxy.cfg'), 'bind :80\n', `bind 127.0.0.1:${ports.http}\n`);
    config = put(config, 'bind :443 ', `bind 127.0.0.1:${ports.https} `);
    config = put(config, `/etc/haproxy/certs/${name}.pem`, tls.both);
    config = put(config, 'server buckstop 127.0.0.1:8600 ', `server buckstop 127.0.0.1:${backend} `);
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, config);
    return ['haproxy', ['-db', '-f', file]];
  },
};

async function startProxy(kind, ground) {
  const [program, words] = proxies[kind](ground);
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const proxy = { output: '', gone: false };
  child.once('error', (error) => Object.assign(proxy, { gone: true, output: String(error) }));
  const ended = new Promise((done) => child.once('close', done));
  child.once('exit', () => (proxy.gone = true));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (proxy.output += data));
  proxy.stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for (let attempt = 0; attempt < 400 && !proxy.gone; attempt++) {
    const open = await new Promise((done) => {
      const socket = connect(ground.ports.https, '127.0.0.1', () => done(socket.destroy() && true));
      socket.once('error', () => done(false));
    });
    if (open) return proxy;
    await new Promise((later) => setTimeout(later, 25));
  }
  throw new Error(`${program} doesn't listen:\n${proxy.output}`);
}

// Somebody with a browser's manners at the other end of TLS; `from` is the address that they come from.
class Visitor {
  cookies = new Map();
  constructor(ground, from = '127.0.0.1') {
    Object.assign(this, { ground, from });
  }
  ask(method, path, { headers = {} } = {}) {
    const cookie = [...this.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    return https.request({
      host: '127.0.0.1',
      port: this.ground.ports.https,
      localAddress: this.from,
      servername: name,
      ca: this.ground.tls.ca,
      method,
      path,
      agent: false,
      headers: { host: name, origin, ...(cookie && { cookie }), ...(this.csrf && { 'x-csrf-token': this.csrf }), ...headers },
    });
  }
  async request(method, path, { body, headers = {} } = {}) {
    const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json' };
    const request = this.ask(method, path, { headers: { ...type, ...(sent && { 'content-length': Buffer.byteLength(sent) }), ...headers } });
    request.end(sent);
    const answer = await new Promise((done, failed) => request.once('response', done).once('error', failed));
    const text = Buffer.concat(await answer.toArray()).toString();
    const set = answer.headers['set-cookie'] ?? [];
    for (const line of set) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(key, value);
    }
    const json = /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
    return { status: answer.statusCode, headers: answer.headers, set, text, json };
  }
  async signIn(email, password, headers) {
    const answer = await this.request('POST', '/api/v1/session', { body: { email, password }, headers });
    this.csrf = answer.json?.csrf_token;
    return answer;
  }
}

const tests = {
  async 'the page loads over https'({ ground }) {
    const page = await new Visitor(ground).request('GET', '/');
    assert.equal(page.status, 200, page.text);
    assert.match(page.text, /<!doctype html>/i);
    const script = /(?:src|href)="([^"]+\.js)"/.exec(page.text)[1];
    const loaded = await new Visitor(ground).request('GET', new URL(script, `${origin}/`).pathname);
    assert.equal(loaded.status, 200);
    assert.match(loaded.headers['content-type'], /javascript/);
  },

  async 'http leads to https'({ ground }) {
    const answer = await new Promise((done, failed) =>
      http.get({ host: '127.0.0.1', port: ground.ports.http, path: '/lessons?q=x', headers: { host: name } }, done).once('error', failed),
    );
    answer.resume();
    assert.equal(answer.statusCode, 301);
    assert.equal(answer.headers.location, `${origin}/lessons?q=x`);
  },

  async 'browsers are told to stay with https, by every answer'({ ground }) {
    for (const path of ['/', '/api/v1/session', '/api/v1/nothing', '/health/ready'])
      assert.match((await new Visitor(ground).request('GET', path)).headers['strict-transport-security'] ?? '', /^max-age=31536000/, path);
  },

  async 'cookies are secure'({ ground, made }) {
    const answer = await new Visitor(ground).signIn(made.sign_ins[0].email, made.password);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.set.length > 0);
    for (const line of answer.set) assert.match(line, /^__Host-.*; Secure/);
  },

  // Wrong passwords close the door for the address that they come from. Were the proxy's own address taken for it, the
  // door would close for everybody; were the client's word taken, it would never close.
  async 'the address is the one that the proxy saw, whatever the client claims'({ ground, made }) {
    const guesser = new Visitor(ground, '127.0.0.2');
    const { email } = made.sign_ins[1];
    let last;
    for (let i = 1; i <= 8; i++)
      last = await guesser.signIn(email, 'not it', { 'x-forwarded-for': `198.51.100.${i}`, forwarded: `for=198.51.100.${i}` });
    assert.equal(last.status, 429, last.text);
    assert.equal((await new Visitor(ground).signIn(email, made.password)).status, 200);
  },

  async 'the scheme is the one that the proxy saw, whatever the client claims'({ ground, made }) {
    const answer = await new Visitor(ground).signIn(made.sign_ins[0].email, made.password, { 'x-forwarded-proto': 'http' });
    for (const line of answer.set) assert.match(line, /; Secure/);
  },

  async 'nobody but the trusted proxy is believed'({ ground, made }) {
    const stranger = await serve(ground.database, ['--public-url', origin, '--trusted-proxies', '192.0.2.1'], await freePort());
    try {
      const answer = await fetch(`${stranger.base}/api/v1/session`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.1' },
        body: JSON.stringify({ email: made.sign_ins[0].email, password: made.password }),
      });
      assert.equal(answer.status, 200, await answer.text());
      for (const line of answer.headers.getSetCookie()) assert.doesNotMatch(line, /; Secure|__Host-/);
    } finally {
      await stranger.stop();
    }
  },

  // Each waits for what the stream has to say, while the stream stays open: a proxy that collects would never say it.
  async 'the stream of events comes as it is written'({ ground, operations }) {
    const request = operations.ask('GET', '/api/v1/events', { headers: { accept: 'text/event-stream' } });
    request.end();
    const answer = await new Promise((done, failed) => request.once('response', done).once('error', failed));
    assert.equal(answer.statusCode, 200);
    let text = '';
    const heard = (words) =>
      new Promise((done, failed) => {
        const look = () => text.includes(words) && done();
        const never = () => failed(new Error(`${words} hasn't come, but ${JSON.stringify(text)}`));
        answer.on('data', look).once('end', never);
        setTimeout(never, 60_000).unref();
        look();
      });
    answer.on('data', (data) => (text += data));
    await heard('retry:');
    const { json } = await operations.request('POST', '/api/v1/imports', { body: { files: [{ name: 'a.csv', bytes: 10 }] } });
    await heard('event: import');
    assert.ok(text.includes(json.id));
    request.destroy();
  },

  async 'a large file goes up'({ ground, operations }) {
    const bytes = 24 << 20;
    const created = await operations.request('POST', '/api/v1/imports', { body: { files: [{ name: 'deals.csv', bytes }] } });
    assert.equal(created.status, 201, created.text);
    const piece = Buffer.alloc(4 << 20, 'Deal ID,Deal Name\nD-1,Harbor 34\n');
    for (let offset = 0; offset < bytes; offset += piece.length) {
      const sent = await operations.request('PUT', `/api/v1/imports/${created.json.id}/files/0?offset=${offset}`, { body: piece });
      assert.equal(sent.status, 200, sent.text);
      assert.equal(sent.json.received, offset + piece.length);
    }
  },
};

async function play(kind) {
  const database = freshDatabase('sqlite');
  const folder = mkdtempSync(join(tmpdir(), `buckstop-${kind}-`));
  let passed = 0;
  let failed = 0;
  let server;
  let proxy;
  try {
    const made = JSON.parse(run(database, ['demo', '--json']).out);
    server = await serve(database, ['--public-url', origin, '--trusted-proxies', '127.0.0.1'], await freePort());
    mkdirSync(folder, { recursive: true });
    const ground = { database, folder, tls: certificate(folder), backend: server.port, ports: { http: await freePort(), https: await freePort() } };
    proxy = await startProxy(kind, ground);
    const people = JSON.parse(run(database, ['user', 'list', '--json']).out);
    const operations = new Visitor(ground);
    const { email } = people.find(({ roles }) => roles.includes('operations') || roles.includes('administrator'));
    assert.equal((await operations.signIn(email, made.password)).status, 200);
    for (const [title, test] of Object.entries(tests))
      try {
        await test({ ground, made, operations });
        passed += 1;
        console.log(`ok      ${title} (${kind})`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${title} (${kind})\n${error.stack}`);
      }
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${kind}\n${error.stack}\n${proxy?.output ?? ''}`);
  } finally {
    await proxy?.stop();
    await server?.stop();
    database.drop();
    rmSync(folder, { recursive: true });
  }
  return [passed, failed];
}

const counts = [];
for (const kind of Object.keys(proxies)) counts.push(await play(kind));
const sum = (index) => counts.reduce((total, count) => total + count[index], 0);
console.log(`${sum(0)} passed, ${sum(1)} failed`);
process.exit(sum(1) ? 1 : 0);
