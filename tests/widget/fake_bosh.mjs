// The BOSH half of the fake gateway (XEP-0124, XEP-0206): hold 1, requests 2, answers in the order of the requests.
import { randomBytes } from 'node:crypto';
import { parse, x } from '../../widget/src/xml.js';

const HTTPBIND = 'http://jabber.org/protocol/httpbind';
const WAIT_MS = 20000;

export class BoshSessions {
  #sessions = new Map();
  #make;
  #domain;

  constructor(make, domain) {
    this.#make = make;
    this.#domain = domain;
  }

  stop() {
    for (const session of this.#sessions.values()) session.end();
  }

  drop() {
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }

  async http(request, response, cors) {
    let content = '';
    for await (const chunk of request) content += chunk;
    const body = parse(content);
    if (body.name !== 'body' || body.ns !== HTTPBIND) throw new Error('not a body');
    const rid = Number(body.attrs.rid);
    const reply = (attrs, inner = '') => {
      response.writeHead(200, { ...cors, 'content-type': 'text/xml; charset=utf-8' });
      response.end(x('body', { xmlns: HTTPBIND, ...attrs }, inner));
    };
    if (!body.attrs.sid) {
      const sid = randomBytes(8).toString('hex');
      const session = new Session(this.#make(), rid + 1);
      this.#sessions.set(sid, session);
      let features = '';
      session.stream.header((xml) => { features += xml; }, body.attrs.to);
      return reply({ sid, from: this.#domain(), wait: '60', hold: '1', requests: '2', inactivity: '60', ver: '1.6' }, features);
    }
    const session = this.#sessions.get(body.attrs.sid);
    if (!session) return reply({ type: 'terminate', condition: 'item-not-found' });
    return session.request(rid, body, reply);
  }
}

class Session {
  #held = [];
  #early = new Map();
  #out = '';
  #flushing = false;

  constructor(stream, next) {
    this.stream = stream;
    this.next = next;
    stream.send = (xml) => {
      this.#out += xml;
      this.#flush();
    };
  }

  end() {
    this.stream.over();
    for (const { reply, timer } of this.#held.splice(0)) {
      clearTimeout(timer);
      reply({ type: 'terminate' });
    }
  }

  request(rid, body, reply) {
    this.#early.set(rid, { body, reply });
    for (let now; (now = this.#early.get(this.next)); this.next++) {
      this.#early.delete(this.next);
      this.#take(now.body, now.reply);
    }
  }

  #take(body, reply) {
    const entry = { reply, timer: setTimeout(() => this.#answer(), WAIT_MS) };
    this.#held.push(entry);
    if (body.attrs.type === 'terminate') return this.end();
    if (body.attrs['xmpp:restart']) this.stream.header((xml) => this.stream.send(xml), body.attrs.to);
    for (const element of body.children) this.stream.hear(element);
    while (this.#held.length > 1) this.#answer();
    return this.#flush();
  }

  #flush() {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#out && this.#held.length) this.#answer();
    });
  }

  #answer() {
    const { reply, timer } = this.#held.shift() || {};
    if (!reply) return;
    clearTimeout(timer);
    reply({}, this.#out);
    this.#out = '';
  }
}

