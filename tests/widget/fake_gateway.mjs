// A gateway for tests and for working on the widget: docs/PROTOCOL.md sections 1 to 7 in memory, over WebSocket and BOSH,
// with a desk whose strings the test pulls. It is strict about what the widget sends.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import * as NS from '../../widget/src/stanza/ns.js';
import { child, children, escape as t, parse, text, x } from '../../widget/src/xml.js';
import { BoshSessions } from './fake_bosh.mjs';
import { appearance, departmentOf, isKnown, isOf } from './fake_departments.mjs';
import { giveSlot, takeFile } from './fake_files.mjs';
import { whoComes } from './fake_identity.mjs';
import { later } from './fakes.mjs';
import { WebSocketServer } from './tools.mjs';

const TYPES = { js: 'text/javascript', json: 'application/json', html: 'text/html; charset=utf-8', css: 'text/css', svg: 'image/svg+xml' };
const random = () => randomBytes(8).toString('hex');
const folder = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** What a visitor has said and heard; `streams` are the pages that are connected. */
class Visitor {
  id = `visitor-${random()}`;
  tokens = new Set();
  streams = new Set();
  entries = [];
  chat = undefined;
  form = undefined;
  visits = [];
  tickets = []; // {number, state, subject, waits}, the latest first
  ratings = []; // {number, value, text}, as they came
  abouts = []; // of lines: the ticket that they name, 'new', or ''
  heard = []; // stanzas other than lines: markers, receipts, states
  typing = false;
  subject = undefined; // whom a website calls so
  proofs = []; // of each check-in: what its JWT said
}

export class FakeGateway {
  domain = 'support.test';
  availability = 'chat';
  knows = true; // the department
  departments = {}; // id → {name, availability, opens, form, color, greeting}, of a page with several; what one does not say is as below
  invitations = []; // rules of section 21, in the name of who is free
  free = 'Nina';
  inviting = ''; // of several departments
  look = {}; // color, position, launcher, absent, greeting
  texts = {}; // that are replaced
  left = 'ticket'; // what becomes of messages that are left; or 'chat': they wait
  form = []; // [{name, label, required, type, options, pattern}]
  hours = {}; // of the department, as /w/1/hours/ tells them
  older = 0; // lines that a new visitor finds
  websocket = true;
  bosh = true;
  answering = true; // receipts, and answers to queries
  deaf = false; // to what is asked
  shut = ''; // the condition that check-ins are refused with
  refuse = () => undefined; // (body) → {type, condition}: the line is refused
  visitors = [];
  takesNoForm = false; // what is filled in does not fit
  sockets = new Set();
  connections = []; // 'websocket' or 'bosh', in order
  log = []; // every element that came in
  headers = {}; // of pages
  pages = new Map(); // path → html
  faces = new Map(); // an agent's name → PNG
  bulletin = ''; // what all visitors are told
  upload = 0; // the most bytes of a visitor's file; 0: none are taken
  slot = () => undefined; // (name) → {type, condition}: the slot is refused
  status = 201; // of what is put
  rate = () => undefined; // (value) → {type, condition}: the rating is refused
  identity = undefined; // {required, judge(jwt) → claims, {sub, expired} or undefined}
  used = new Set(); // jti
  logouts = 0;
  slots = new Map(); // path → {name, size, get}
  files = new Map(); // path → {type, bytes}
  #next = 100;
  #boshes = new BoshSessions(() => new Stream(this, 'bosh'), () => this.domain);

  static async start(options = {}) {
    const gateway = Object.assign(new FakeGateway(), options);
    gateway.server = createServer((request, response) => gateway.#http(request, response));
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('xmpp') ? 'xmpp' : false) });
    gateway.server.on('upgrade', (request, socket, head) => {
      if (!gateway.websocket || request.url !== '/xmpp-websocket') {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (ws) => gateway.#socket(ws));
    });
    await new Promise((done) => { gateway.server.listen(options.port || 0, '127.0.0.1', done); });
    gateway.port = gateway.server.address().port;
    gateway.origin = `http://127.0.0.1:${gateway.port}`;
    return gateway;
  }

  async stop() {
    this.drop();
    this.#boshes.stop();
    this.server.closeAllConnections();
    await new Promise((done) => { this.server.close(done); });
  }

  /** Cuts every connection without a word. */
  drop() {
    for (const ws of this.sockets) ws.terminate();
    this.#boshes.drop();
  }

  get visitor() {
    return this.visitors.at(-1);
  }

  // --- the desk's strings
  setAvailability(availability, id) {
    (this.departments[id] || this).availability = availability;
    for (const v of this.visitors) for (const s of v.streams) this.#presence(s);
  }

  /** What all visitors are told; empty: nothing. */
  tell(bulletin) {
    this.bulletin = bulletin;
    for (const v of this.visitors) for (const s of v.streams) this.#presence(s);
  }

  #bulletin = () => (this.bulletin ? x('bulletin', { xmlns: NS.VISIT }, t(this.bulletin)) : '');

  enter(v, chat, words = '', event = '') {
    const number = v.chat?.number || String(1000 + this.#next);
    v.chat = { at: v.chat?.at || v.at, ...chat, number };
    const element = this.chatElement(v);
    if (!event) {
      this.#each(v, (s) => s.send(x('message', { xmlns: NS.CLIENT, type: 'chat', from: this.address(s), id: random() },
        x('body', {}, t(words || chat.state)), element, x('no-store', { xmlns: 'urn:xmpp:hints' }))));
      return;
    }
    this.line(v, { by: 'desk', name: chat.agent || '', event, body: words || event }, element);
  }

  chatElement({ chat }) {
    return chat ? x('chat', { xmlns: NS.VISIT, state: chat.state, number: chat.number, at: chat.at, position: chat.position, left: chat.left && 'true',
      rating: chat.rating, 'rating-words': chat.words },
      chat.agent ? x('agent', { name: chat.agent }) : '') : '';
  }

  join(v, name) {
    this.enter(v, { state: 'active', agent: name }, `${name} has joined.`, 'joined');
  }

  /** rating: the scale by which the visitor is asked for an opinion; words: 'no' or nothing */
  close(v, rating, words) {
    this.enter(v, { state: 'closed', rating, words }, 'The chat has ended.', 'closed');
  }

  /** Nobody is there, or who waits would rather leave a message. */
  leave(v) {
    const number = v.chat?.number || String(1000 + this.#next);
    v.chat = { state: 'closed', number, at: v.chat?.at || v.at, left: true };
    v.tickets.unshift({ number, at: v.chat.at, subject: v.entries.findLast((e) => e.by === 'visitor').body.slice(0, 80) });
    this.step(v, number, 'received', `Nobody is here right now. Your message is kept as number ${number}; our team will read it.`, this.chatElement(v));
  }

  /** @param {'received'|'taken'|'waiting'|'solved'} state */
  step(v, number, state, words = `Your message ${number}: ${state}.`, more = '') {
    const ticket = v.tickets.find((one) => one.number === number);
    Object.assign(ticket, { state, waits: state === 'waiting' ? 'true' : ticket.waits });
    this.line(v, { by: 'desk', event: `ticket-${state}`, body: words }, more + x('ticket', { xmlns: NS.VISIT, number, state }));
  }

  /** An agent writes to a ticket. */
  reply(v, number, name, body) {
    v.tickets.find((one) => one.number === number).waits = 'true';
    return this.say(v, name, body);
  }

  say(v, name, body) {
    return this.line(v, { by: 'agent', name, body, id: `a${random()}` });
  }

  types(v, on) {
    this.#each(v, (s) => s.send(x('message', { xmlns: NS.CLIENT, type: 'chat', from: `${this.address(s)}/Nina` },
      x(on ? 'composing' : 'paused', { xmlns: NS.STATES }))));
  }

  /** The agent's client has a line ('received') or the agent has read it ('displayed'). */
  mark(v, id, what) {
    const entry = v.entries.find((e) => e.id === id);
    if (entry) entry.seen = what;
    this.#each(v, (s) => s.send(x('message', { xmlns: NS.CLIENT, from: this.address(s) }, x(what, { xmlns: NS.MARKERS, id }))));
  }

  line(v, line, more = '', except = undefined) {
    const entry = { stamp: new Date().toISOString(), id: `d${random()}`, archive: String(++this.#next), at: v.chat?.at || v.at, ...line };
    v.entries.push(entry);
    this.#each(v, (s) => s !== except && s.send(x('message', { xmlns: NS.CLIENT, type: 'chat', from: this.#from(s, entry), to: s.jid, id: entry.id },
      x('body', {}, t(entry.body)), x('stanza-id', { xmlns: NS.SID, by: this.address(s, entry.at), id: entry.archive }), this.#mark(entry), more,
      entry.by === 'agent' ? x('request', { xmlns: NS.RECEIPTS }) + x('markable', { xmlns: NS.MARKERS }) : '')));
    return entry;
  }

  /** at: of which department, where there are several; else of the one that the stream speaks with. */
  address(stream, at) {
    const id = (this.departments[at] && at) || stream.department;
    return (id && `${id}@`) + this.domain;
  }

  #from(stream, { by, name, at }) {
    return by === 'agent' ? `${this.address(stream, at)}/${name}` : this.address(stream, at);
  }

  #mark({ by, name, event, stamp, seen }) {
    return x('line', { xmlns: NS.VISIT, by, name, event, stamp, seen });
  }

  #each(v, act) {
    for (const s of v.streams) act(s);
  }

  #presence(s) {
    const { availability } = departmentOf(this, s.department);
    s.send(x('presence', { xmlns: NS.CLIENT, from: this.address(s), type: availability === 'unavailable' ? 'unavailable' : undefined },
      availability === 'chat' || availability === 'unavailable' ? '' : x('show', {}, availability), this.#bulletin()));
  }

  // --- what a visitor sends
  checkin(s, visit, iq) {
    if (this.shut) return s.error(iq, 'cancel', this.shut);
    const token = text(child(visit, 'token'));
    let { refused, claims, visitor: v } = whoComes(this, s, token, text(child(visit, 'identity'))); // eslint-disable-line prefer-const
    if (refused) return s.error(iq, 'auth', refused);
    if (!v) {
      v = new Visitor();
      this.visitors.push(v);
      for (let i = 0; i < this.older; i++) {
        this.line(v, { by: i % 3 ? 'agent' : 'visitor', name: i % 3 ? 'Nina' : '', body: `Old line ${i}`, stamp: new Date(Date.now() - 9e8 + i * 6e4).toISOString() });
      }
    }
    if (s.visitor !== v) s.visitor?.streams.delete(s);
    v.subject ||= claims?.sub;
    v.proofs.push(claims);
    if (token && v.tokens.has(token)) v.tokens = new Set([token]); // used: the ones before it are dead
    const fresh = randomBytes(32).toString('hex').slice(0, 52);
    v.tokens.add(fresh);
    v.streams.add(s);
    v.visits.push(visit);
    s.visitor = v;
    v.at = s.department;
    const { name, availability, form: asked } = departmentOf(this, s.department);
    const tickets = v.tickets.filter((one) => isOf(this, one, s.department));
    const form = child(visit, 'x', NS.FORM);
    if (form && !this.takesNoForm) v.form = Object.fromEntries(children(form, 'field').map((f) => [f.attrs.var, children(f, 'value').map(text).join('\n')]));
    const ask = asked.length && !v.form ? x('x', { xmlns: NS.FORM, type: 'form' }, ...asked.map((f) =>
      x('field', { var: f.name, label: f.label, type: f.type || 'text-single' }, f.required ? x('required') : '',
        f.pattern ? x('validate', { xmlns: 'http://jabber.org/protocol/xdata-validate', datatype: 'xs:string' }, x('regex', {}, f.pattern)) : '',
        ...(f.options || []).map((option) => x('option', { label: option }, x('value', {}, option)))))) : '';
    s.result(iq, x('visit', { xmlns: NS.VISIT, visitor: v.id, verified: v.subject && 'true', department: name, availability, last: v.entries.at(-1)?.archive },
      x('token', {}, fresh), v.chat?.state !== 'closed' || isOf(this, v.chat, s.department) ? this.chatElement(v) : '', this.#bulletin(), ask, this.upload ? x('upload', { 'max-bytes': this.upload }) : '',
      this.left === 'ticket' ? x('leave') : '', tickets.length ? x('tickets', {}, ...tickets.map((one) => x('ticket', { ...one, at: undefined }))) : ''));
    return undefined;
  }

  history(s, query, iq) {
    const set = child(query, 'set', NS.RSM);
    const max = Math.min(100, Number(text(child(set, 'max'))) || 100);
    const after = child(set, 'after');
    const before = child(set, 'before');
    const entries = s.visitor.entries.filter((e) => isOf(this, e, s.department));
    const at = (id) => entries.findIndex((e) => e.archive === id);
    let from = 0;
    let to = entries.length;
    if (after) {
      if (at(text(after)) < 0) return s.error(iq, 'cancel', 'item-not-found');
      from = at(text(after)) + 1;
      to = Math.min(to, from + max);
    } else if (before) {
      if (text(before)) to = at(text(before));
      from = Math.max(0, to - max);
    }
    const page = entries.slice(from, to);
    for (const entry of page) {
      const sender = entry.by === 'visitor' ? `${s.visitor.id}@${this.domain}` : this.#from(s, entry);
      s.send(x('message', { xmlns: NS.CLIENT, from: this.address(s), to: s.jid }, x('result', { xmlns: NS.MAM, queryid: query.attrs.queryid, id: entry.archive },
        x('forwarded', { xmlns: NS.FORWARD }, x('delay', { xmlns: NS.DELAY, stamp: entry.stamp }), x('message',
          { xmlns: NS.CLIENT, type: 'chat', from: sender, id: entry.id }, x('body', {}, t(entry.body)), this.#mark(entry))))));
    }
    const complete = after ? to === entries.length : from === 0;
    return s.result(iq, x('fin', { xmlns: NS.MAM, complete: complete ? 'true' : undefined }, x('set', { xmlns: NS.RSM },
      page.length ? x('first', {}, page[0].archive) + x('last', {}, page.at(-1).archive) : '')));
  }

  message(s, element) {
    const v = s.visitor;
    const body = child(element, 'body');
    const { id } = element.attrs;
    if (!body) {
      v.heard.push(element);
      if (child(element, 'composing', NS.STATES)) v.typing = true;
      if (child(element, 'paused', NS.STATES) || child(element, 'active', NS.STATES)) v.typing = false;
      return;
    }
    v.typing = false;
    const refused = this.refuse(text(body));
    if (refused) {
      s.send(x('message', { xmlns: NS.CLIENT, type: 'error', from: this.address(s), id },
        x('error', { type: refused.type }, x(refused.condition, { xmlns: NS.STANZAS }))));
      return;
    }
    if (!this.answering) return;
    let entry = v.entries.find((e) => e.id === id);
    if (!entry) {
      if (v.chat?.state === 'closed') v.chat.at = s.department;
      v.at = s.department;
      entry = this.line(v, { by: 'visitor', body: text(body), id }, '', s);
      const about = child(element, 'ticket', NS.VISIT)?.attrs.number || (child(element, 'new-chat', NS.VISIT) ? 'new' : '');
      v.abouts.push(about);
      const closed = !v.chat || v.chat.state === 'closed';
      const ticket = closed && this.#ticketOf(v, about);
      if (ticket) {
        delete ticket.waits;
        if (ticket.state === 'waiting' || ticket.state === 'solved') this.step(v, ticket.number, 'taken');
      } else if (closed && this.left === 'ticket' && departmentOf(this, s.department).availability === 'unavailable') {
        v.chat = undefined;
        this.leave(v);
      } else if (closed) {
        v.chat = undefined;
        this.enter(v, departmentOf(this, s.department).availability === 'unavailable' ? { state: 'queued', left: true } : { state: 'queued', position: 1 });
      }
    }
    s.send(x('message', { xmlns: NS.CLIENT, type: 'chat', from: this.address(s), id: random() }, x('received', { xmlns: NS.RECEIPTS, id }),
      x('stanza-id', { xmlns: NS.SID, by: this.address(s), id: entry.archive })));
  }

  /** To which ticket a line goes while no chat is open. */
  #ticketOf(v, about) {
    if (about) return v.tickets.find(({ number }) => number === about);
    const [latest] = v.tickets;
    return v.tickets.find(({ waits }) => waits) || (this.availability === 'unavailable' && latest && latest.state !== 'solved' ? latest : undefined);
  }

  presence(s) {
    this.#presence(s);
  }

  // --- the web
  #socket(ws) {
    const stream = new Stream(this, 'websocket');
    this.sockets.add(ws);
    stream.send = (xml) => later(() => ws.readyState === 1 && ws.send(xml));
    ws.on('message', (data) => later(() => {
      const element = parse(String(data));
      if (element.ns === NS.FRAMING && element.name === 'open') {
        stream.header((features) => {
          stream.send(x('open', { xmlns: NS.FRAMING, from: this.domain, id: random(), version: '1.0' }));
          stream.send(features);
        }, element.attrs.to);
      } else if (element.ns === NS.FRAMING) ws.close(1000);
      else stream.hear(element);
    }));
    ws.on('close', () => {
      this.sockets.delete(ws);
      stream.over();
    });
  }

  async #http(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.origin);
    const cors = { 'access-control-allow-origin': '*' };
    const status = /^\/w\/1\/status\/([\w -]*)$/.exec(decodeURIComponent(pathname));
    const asset = /^\/w\/[\w.]+\/([\w.-]+)$/.exec(pathname);
    await new Promise(later);
    try {
      if (pathname === '/http-bind' && this.bosh) return await this.#boshes.http(request, response, cors);
      if (status) {
        if (!isKnown(this, status[1])) throw new Error('no such department');
        const told = JSON.stringify(await appearance(this, searchParams.get('lang'), status[1])); // before anything is sent: a test may take the department away meanwhile
        return response.writeHead(200, { ...cors, 'content-type': TYPES.json, 'cache-control': 'no-store' }).end(told); // else what a test changes would be seen late
      }
      if (pathname.startsWith('/w/1/invite/')) {
        response.writeHead(200, { ...cors, 'content-type': 'application/json' });
        return response.end(JSON.stringify({ department: pathname.includes('%20') ? this.inviting : undefined, agent: this.free, rules: this.invitations }));
      }
      if (pathname.startsWith('/w/1/hours/')) {
        response.writeHead(200, { ...cors, 'content-type': TYPES.json, 'cache-control': 'no-store' });
        return response.end(JSON.stringify(this.hours));
      }
      if (pathname.startsWith('/w/1/face/')) {
        const face = this.faces.get(decodeURIComponent(pathname.slice(10)));
        response.writeHead(face ? 200 : 204, { ...cors, ...(face && { 'content-type': 'image/png' }) });
        return response.end(face);
      }
      if (pathname.startsWith('/w/1/upload/')) return await takeFile(this, request, response, pathname, cors);
      if (this.files.has(pathname)) {
        const { type, bytes } = this.files.get(pathname);
        response.writeHead(200, { ...cors, 'content-type': type, 'content-length': bytes.length });
        return response.end(request.method === 'HEAD' ? undefined : bytes);
      }
      const type = TYPES[pathname.split('.').at(-1)] || TYPES.html;
      const name = asset ? folder(`widget/dist/${asset[1]}`) : folder(`examples/website${pathname.endsWith('/') ? `${pathname}index.html` : pathname}`);
      const content = this.pages.get(pathname) ?? await readFile(name);
      response.writeHead(200, { 'content-type': type, ...(asset ? cors : this.headers) });
      return response.end(content);
    } catch {
      response.writeHead(404, cors);
      return response.end();
    }
  }
}

/** One visitor's stream, whatever carries it. */
class Stream {
  visitor = undefined;
  department = '';
  state = 'new';
  jid = '';

  constructor(gateway, kind) {
    this.gateway = gateway;
    gateway.connections.push(kind);
  }

  header(send, to) {
    if (to !== this.gateway.domain) {
      send(x('stream:error', { 'xmlns:stream': NS.STREAM }, x('host-unknown', { xmlns: 'urn:ietf:params:xml:ns:xmpp-streams' })));
      return;
    }
    send(x('stream:features', { 'xmlns:stream': NS.STREAM }, this.state === 'new'
      ? x('mechanisms', { xmlns: NS.SASL }, x('mechanism', {}, 'ANONYMOUS')) : x('bind', { xmlns: NS.BIND })));
  }

  result(iq, content = '') {
    this.send(x('iq', { xmlns: NS.CLIENT, type: 'result', id: iq.attrs.id, from: iq.attrs.to }, content));
  }

  error(iq, type, condition) {
    this.send(x('iq', { xmlns: NS.CLIENT, type: 'error', id: iq.attrs.id, from: iq.attrs.to },
      x('error', { type }, x(condition, { xmlns: NS.STANZAS }))));
  }

  over() {
    this.visitor?.streams.delete(this);
  }

  hear(element) {
    const { gateway } = this;
    gateway.log.push(element);
    const { name, ns, attrs } = element;
    if (name === 'auth' && ns === NS.SASL && this.state === 'new') {
      this.state = 'authenticated';
      this.send(x('success', { xmlns: NS.SASL }));
      return;
    }
    if (ns !== NS.CLIENT || this.state === 'new') throw new Error(`unexpected ${name} in ${ns}`);
    const [first] = element.children;
    if (name === 'iq' && first?.ns === NS.BIND) {
      this.state = 'bound';
      this.jid = `${random()}@${gateway.domain}/${random()}`;
      this.result(element, x('bind', { xmlns: NS.BIND }, x('jid', {}, this.jid)));
      return;
    }
    if (this.state !== 'bound') throw new Error(`${name} before bind`);
    if (attrs.to) [this.department] = attrs.to.includes('@') ? attrs.to.split('@') : [''];
    if (name === 'iq' && attrs.type !== 'result' && attrs.type !== 'error') this.iq(element, first);
    else if (name === 'message' && this.visitor) gateway.message(this, element);
    else if (name === 'presence') gateway.presence(this);
  }

  iq(iq, payload) {
    const { gateway } = this;
    if (gateway.deaf) return;
    if (payload.ns === NS.PING) this.result(iq);
    else if (payload.name === 'visit') gateway.checkin(this, payload, iq);
    else if (!this.visitor) this.error(iq, 'auth', 'registration-required'); // in another page they have just ended and forgotten
    else if (payload.ns === NS.MAM && gateway.answering) gateway.history(this, payload, iq);
    else if (payload.name === 'request') giveSlot(gateway, this, payload, iq);
    else if (payload.name === 'page') {
      this.visitor.visits.push(payload);
      this.result(iq);
    } else if (payload.name === 'rating') {
      const refused = gateway.rate(payload.attrs.value);
      if (refused) return this.error(iq, refused.type, refused.condition);
      this.visitor.ratings.push({ ...payload.attrs, text: text(payload) });
      if (this.visitor.chat?.number === payload.attrs.number) delete this.visitor.chat.rating;
      this.result(iq);
    } else if (payload.name === 'leave') {
      if (!['queued', 'offered'].includes(this.visitor.chat?.state)) return this.error(iq, 'cancel', 'unexpected-request');
      gateway.leave(this.visitor);
      this.result(iq);
    } else if (payload.name === 'logout') {
      gateway.logouts++;
      this.visitor?.tokens.clear();
      this.over();
      this.visitor = undefined;
      this.result(iq);
    } else if (payload.name === 'end') {
      if (!this.visitor.chat || this.visitor.chat.state === 'closed') return this.error(iq, 'cancel', 'item-not-found');
      this.result(iq);
      gateway.close(this.visitor);
    }
    return undefined;
  }
}
