// A whole stack for the tests of one file: XMPP server, daemon, demo shop, and a website of the tests' own.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Relay } from './relay.mjs';
import { until } from './tools.mjs';

const STACK = fileURLToPath(new URL('../integration/stack.py', import.meta.url));
const HOST = 'h1.localhost';
const jid = (name) => `${name}@${HOST}`;

/** Two accounts of one person: the desk takes it slowly with somebody who comes and goes, so they take turns. */
export const NINA = ['agent', 'alice'];

/** What the website signs with, who is logged in. */
export const SECRET = 'of the tests, and as long as a secret has to be';

/** The most bytes of a file. */
export const MAX_BYTES = 300000;

/** Departments: one as the shop has it, one that asks for name and address, one that asks for an opinion, one with a single seat, one that has a form of its own, one that is closed. */
export const SETTINGS = {
  limits: { agent_grace_s: 3, leave_s: 10, visitor_grace_s: 60 }, // a start takes longer than a second where the machine does more, and a page longer than two
  files: { max_bytes: MAX_BYTES },
  departments: [
    { id: 'sales', name: 'Sales', agents: [...NINA.map(jid), jid('agent2')] },
    { id: 'orders', name: 'Orders', agents: NINA.map(jid), left: 'chat', form: { name: 'required', email: 'optional' } },
    { id: 'letters', name: 'Letters', agents: NINA.map(jid), left: 'chat' },
    { id: 'advice', name: 'Advice', agents: NINA.map(jid), left: 'chat', rating: 'stars' },
    { id: 'repairs', name: 'Repairs', agents: [jid('agent3')] },
    { id: 'wishes', name: 'Wishes', agents: NINA.map(jid), left: 'chat', form: { name: 'required', ask: 'wish' } },
    { id: 'returns', name: 'Returns', agents: [jid('agent3')], calendar: 'later' },
  ],
  calendars: [{ id: 'later', zone: 'UTC', hours: ['mon-sun 00:00-24:00'], holidays: [0, 1].map((days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10)) }],
  agents: [
    ...NINA.map((name) => ({ jid: jid(name), name: 'Nina', capacity: 20 })),
    { jid: jid('agent2'), name: 'Tom', capacity: 5 },
    { jid: jid('agent3'), name: 'Uli', capacity: 1 },
  ],
  roles: { dispatchers: [jid('agent2')] },
  invitations: [{ id: 'letter', text: 'May I help you with your letter?', departments: ['letters'], page: '/invited', after: '1s' }],
  forms: [{ id: 'return', title: 'Return of goods', instructions: 'So that we can send you a label.', fields: [
    { id: 'order', label: 'Number of the order', answer: 'required' },
    { id: 'why', label: 'Why?', kind: 'choice', options: ['too small', 'broken'] },
    { id: 'email', label: 'E-mail', kind: 'email' },
    { id: 'more', label: 'More', kind: 'lines' },
  ] }, { id: 'wish', title: 'Wish', departments: ['wishes'], fields: [
    { id: 'topic', label: 'Thema · الموضوع', kind: 'choice', options: ['Kaffee · قهوة', 'Tee · شاي'], answer: 'required' },
    { id: 'bill', label: 'RE-1234', pattern: 'RE-####' },
    { id: 'parts', label: 'Was? · ماذا؟', kind: 'choices', options: ['Bohnen · حبوب', 'Filter · مرشح'], answer: 'required' },
    { id: 'news', label: 'News', kind: 'tick' },
  ] }],
};

/** Pages on another origin than the gateway's; what is not there is 404, what is posted is a policy's report. */
class Website {
  /** path → {body, headers} */
  pages = new Map();
  reports = [];

  async start() {
    this.server = createServer(async (request, answer) => {
      if (request.method === 'POST') this.reports.push((await request.setEncoding('utf8').toArray()).join(''));
      const page = this.pages.get(request.url.split('?')[0]);
      answer.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...page?.headers });
      answer.end(page?.body);
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address();
    // Hosts of their own: for the browser other sites, not only other ports. The second one the daemon does not know.
    this.origin = `http://shop.localhost:${port}`;
    this.stranger = `http://stranger.localhost:${port}`;
    return this;
  }

  /** @param {string} path @param {string} body what stands in <body> @param {{headers?: object, lang?: string}} more */
  put(path, body, { headers, lang = 'en' } = {}) {
    this.pages.set(path, { headers, body: `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1"><title>Page ${path}</title></head>
      <body><main><h1>Page ${path}</h1>${body}</main></body></html>` });
    return this.origin + path;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export class Stack {
  /** How many agents have come so far. */
  logins = 0;

  /** @param {'prosody'|'ejabberd'} kind */
  static async start(kind) {
    const stack = new Stack();
    stack.kind = kind;
    stack.website = await new Website().start();
    stack.keys = await mkdtemp(join(tmpdir(), 'tresen-keys-'));
    const file = join(stack.keys, 'identity.key');
    await writeFile(file, `${SECRET}\n`, { mode: 0o600 });
    const settings = { ...SETTINGS, identity: [{ keys: [{ id: 'tests', algorithm: 'HS256', file }], attributes: ['plan'] }] };
    const words = [STACK, '--server', kind, '--origin', stack.website.origin, '--set', JSON.stringify(settings)];
    if (process.env.TRESEN_BUILD) words.push('--build', process.env.TRESEN_BUILD);
    if (process.env.TRESEN_WIDGET) words.push('--widget', process.env.TRESEN_WIDGET);
    stack.process = spawn('python3', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    stack.lines = readline.createInterface({ input: stack.process.stdout })[Symbol.asyncIterator]();
    try {
      Object.assign(stack, JSON.parse(await stack.#line()));
      stack.relay = await Relay.start(stack.url);
    } catch (error) {
      stack.website.stop();
      throw error;
    }
    return stack;
  }

  async #line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('stack.py ended; what it wrote stands above');
    return value;
  }

  /** kill, stop, start: the daemon; cut, mend: its link to the server; lock, unlock: its database, by another program. */
  async order(word) {
    this.process.stdin.write(`${word}\n`);
    const answer = await this.#line();
    if (answer !== 'ok') throw new Error(`${word}: ${answer}`);
  }

  /** The tag that embeds the widget in a page of this.website; gateway: this.url, or through the relay. */
  tag(department = 'sales', attributes = '', gateway = this.url) {
    return `<script async src="${gateway}/w/1/loader.js" data-department="${department}" ${attributes}></script>`;
  }

  async availability(department = 'sales') {
    return (await (await fetch(`${this.url}/w/1/status/${department}`)).json()).availability;
  }

  /** The agents of a test that has ended do not count any more: a page asks once. */
  async emptied(department = 'sales') {
    await until(async () => await this.availability(department) === 'unavailable', `nobody in ${department}`);
  }

  async stop() {
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    this.website.stop();
    this.relay.stop();
    const [code] = await ended;
    await rm(this.keys, { recursive: true });
    if (code !== 0) throw new Error(`the stack ended with ${code}: the daemon complained`);
  }
}
