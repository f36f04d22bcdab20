// node tests/mock/server.mjs [port]: the built pages under the real CSP, and made-up answers.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes, staffRoutes } from './routes.mjs';
import { freshState } from './state.mjs';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.webmanifest': 'application/manifest+json',
};

let state = freshState();
const streams = new Set();
let cursor = 0;
const tell = (kind, subject, incident_id = null, unit_id = null) => {
  const data = JSON.stringify({
    kind,
    subject,
    incident_id,
    unit_id,
    state: null,
    at: new Date().toISOString(),
  });
  for (const stream of streams) stream.write(`id: ${++cursor}\nevent: ${kind}\ndata: ${data}\n\n`);
};

const match = (pattern, path) => {
  const names = [];
  const found = new RegExp(
    `^${pattern.replace(/:(\w+)/g, (_, name) => (names.push(name), '([^/]+)'))}$`,
  ).exec(path);
  return found && Object.fromEntries(names.map((name, index) => [name, found[index + 1]]));
};

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}');
  } catch {
    return {};
  }
}

function send(response, [status, body, headers = {}]) {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Security-Policy': CSP,
    ...headers,
  });
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}

function serveFile(response, path) {
  const wanted = join(DIST, normalize(path));
  const file =
    wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile()
      ? wanted
      : join(DIST, 'index.html');
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': CSP,
    'Cache-Control': 'no-cache',
  });
  createReadStream(file).pipe(response);
}

function stream(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const beat = () =>
    response.write(
      `event: heartbeat\ndata: ${JSON.stringify({ now: new Date().toISOString(), jobs_silent: state.jobs_silent })}\n\n`,
    );
  beat();
  const timer = setInterval(beat, 5000);
  streams.add(response);
  request.on('close', () => (clearInterval(timer), streams.delete(response)));
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (url.pathname === '/mock/reset') return ((state = freshState()), send(response, [200, {}]));
  if (!url.pathname.startsWith('/v1/') && !url.pathname.startsWith('/mock/'))
    return serveFile(response, url.pathname);
  const session = /sipha_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = state.sessions.get(session);
  if (url.pathname === '/v1/stream')
    return user ? stream(request, response) : send(response, [401, { code: 'unauthenticated' }]);
  const body = await bodyOf(request);
  for (const [table, open] of [
    [routes, true],
    [staffRoutes, false],
  ]) {
    for (const [method, pattern, handle] of table) {
      const params = method === request.method && match(pattern, url.pathname);
      if (!params) continue;
      if (!open && !user) return send(response, [401, { code: 'unauthenticated' }]);
      if (!open && method !== 'GET' && request.headers['x-csrf-token'] !== 'mock-csrf')
        return send(response, [403, { code: 'csrf' }]);
      const token = request.headers.authorization?.slice(7);
      const key = request.headers['idempotency-key'];
      if (key && state.seen.has(key)) return send(response, state.seen.get(key));
      const answer = handle({
        state,
        tell,
        params,
        body,
        user,
        session,
        token,
        headers: request.headers,
        query: url.searchParams,
      });
      const full = Array.isArray(answer) && typeof answer[0] === 'number' ? answer : [200, answer];
      if (key && full[0] < 300) state.seen.set(key, full);
      return send(response, full);
    }
  }
  send(response, [404, { code: 'not_found' }]);
});
const port = Number(process.argv[2] ?? 8199);
server.listen(port, '127.0.0.1', () => console.log(`mock at http://127.0.0.1:${port}/#demo=mock`));
