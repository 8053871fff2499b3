/**
 * The visitor's XMPP stream to the gateway, kept alive. The pages of one visitor share it: one leads (tabs.js) and has the
 * connection; the others have what it tells of it, and speak and hear through it.
 *
 * idle → connecting → online → waiting (back-off) → connecting …; close() leads back to idle.
 * Everything that opens a stream is sent at once, without waiting for an answer (XEP-0305). WebSocket first; BOSH when
 * a WebSocket could not even be opened, and then for the rest of the page view.
 *
 * Between the pages: `state` (and the rest that there is to know) and `element` (what arrived) come from the one that
 * leads; `who` (asks for the state), `xml` (to be sent) and `open` from the others.
 */
import { child, x } from './xml.js';
import { CLIENT, PING, SASL, STANZAS, STREAM } from './stanza/ns.js';
import { condition } from './stanza/read.js';
import * as write from './stanza/write.js';

/**
 * @typedef {import('./xml.js').Element} Element
 * @typedef {import('./transport/websocket.js').Transport} Transport
 * @typedef {import('./transport/websocket.js').Handlers} Handlers
 * @typedef {'idle'|'connecting'|'online'|'waiting'} State
 * @typedef {(on: Handlers) => Transport} Connect
 * @typedef {{
 *   websocket: Connect, bosh: () => Promise<Connect>, domain: string,
 *   hello(): void, onelement(element: Element): void, onstate(): void,
 *   tabs: import('./tabs.js').Tabs, ontab(kind: string, value: any): void,
 * }} Options  hello: the stream can be written to, check in now; ontab: another page told something
 */

const OPEN_MS = 8000;
const ONLINE_MS = 20000;
const ANSWER_MS = 30000;
const CHECK_MS = 10000;
const LEADER_MS = 5000;
const BACKOFF_MS = 2000;
const BACKOFF_MAX_MS = 30000;

export class Stream {
  /** @type {State} */
  state = 'idle';
  /** When waiting: the time of the next attempt. */
  until = 0;
  /** @type {Options} */
  #options;
  /** @type {Transport|undefined} */
  #transport;
  /** @type {Map<string, {resolve(e: Element): void, reject(e: Error): void, timer: ReturnType<typeof setTimeout>}>} */
  #pending = new Map();
  /** @type {'websocket'|'bosh'} */
  #kind = 'websocket';
  #domain = '';
  #known = false; // this kind of transport has worked in this page view
  #attempts = 0;
  #turn = 0; // what an earlier connection still says is not heard
  /** Of questions: no two pages have the same. */
  #ids = Math.random() * 2 ** 50;
  #learned = false; // the domain, on this connection: the next one can be made at once
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#domain = options.domain;
  }

  get domain() {
    return this.#domain;
  }

  /** Connects, or connects at once instead of waiting. */
  open() {
    if (this.state === 'idle') this.#join();
    else if (this.state === 'waiting') {
      if (this.leads) this.#connect();
      else this.tell('open');
    }
  }

  /** This page has the connection, for all others. */
  get leads() {
    return this.#options.tabs.leads;
  }

  /** To the visitor's other pages. @param {string} kind @param {...any} values */
  tell(kind, ...values) {
    this.#options.tabs.post(kind, ...values);
  }

  /** Leaves, until open(). */
  close() {
    this.#leave();
    this.#options.tabs.leave();
    this.#set('idle');
  }

  /** The connection is not believed any more, or the page that has it. */
  drop() {
    if (this.leads) this.#connect();
    else this.#join(true);
  }

  /** Is the other side still there? A connection that lost its network says nothing about it by itself. */
  check() {
    if (this.state === 'online') this.request('get', '', write.ping(), CHECK_MS).catch(() => {});
  }

  /** @param {string} xml @returns {boolean} handed to the transport */
  send(xml) {
    if (!this.leads && this.state === 'online') this.tell('xml', xml);
    else if (!this.#transport) return false;
    else this.#transport.send(xml);
    return true;
  }

  /**
   * @param {'get'|'set'} kind @param {string} to @param {string} content @param {number} [timeout]
   * @returns {Promise<Element>} rejects with an Error named by its condition, or 'offline'
   */
  request(kind, to, content, timeout = ANSWER_MS) {
    return new Promise((resolve, reject) => {
      const id = `i${++this.#ids}`;
      if (!this.send(write.iq(kind, id, to, content))) {
        reject(new Error('offline'));
        return;
      }
      const timer = setTimeout(() => this.drop(), timeout);
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  /** @param {State} state */
  #set(state) {
    this.state = state;
    if (this.leads) this.#report();
    this.#options.onstate();
  }

  #report() {
    this.tell('state', this.state, this.until, this.#domain);
  }

  /** @param {boolean} [steal] */
  #join(steal) {
    this.state = 'connecting';
    this.#options.tabs.join({
      lead: () => this.#connect(),
      follow: () => this.#follow(),
      hear: (kind, ...values) => this.#hear(kind, values),
    }, steal);
    if (!this.leads) this.#follow();
  }

  /** Asks whether another page leads; if that one does not answer, nor go away, this one takes its place. */
  #follow() {
    this.#leave();
    this.#set('connecting');
    this.#timer = setTimeout(() => this.drop(), LEADER_MS);
    this.tell('who');
  }

  /** What another page posted. @param {string} kind @param {any[]} values */
  #hear(kind, values) {
    const [value, until, domain] = values;
    if (kind === 'element') {
      if (!this.leads) this.#read(value);
    } else if (kind === 'state') {
      if (this.leads) return;
      clearTimeout(this.#timer);
      if (value === this.state && value === 'online') return;
      if (value !== 'online') this.#leave();
      this.until = until;
      this.#domain = domain;
      this.#set(value);
      if (value === 'online') this.#options.hello();
    } else if (kind === 'who') {
      if (this.leads) this.#report();
    } else if (kind === 'xml') {
      if (this.leads && this.state === 'online') this.send(value);
    } else if (kind === 'open') {
      if (this.leads) this.open();
    } else {
      this.#options.ontab(kind, value);
    }
  }

  #leave() {
    this.#turn++;
    clearTimeout(this.#timer);
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new Error('offline'));
    }
    this.#pending.clear();
  }

  /** @param {boolean} started the other side had opened its stream */
  #lost(started) {
    this.#leave();
    if (this.#learned) {
      this.#learned = false;
      this.#connect();
      return;
    }
    const offline = globalThis.navigator?.onLine === false;
    if (!started && !this.#known && !offline) {
      // COMPAT: proxies that do not let WebSocket through.
      this.#kind = this.#kind === 'websocket' ? 'bosh' : 'websocket';
      if (this.#kind === 'bosh') {
        this.#connect();
        return;
      }
    }
    // Full jitter: after a restart of the daemon not all come at the same moment.
    const delay = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** this.#attempts++) * Math.random();
    this.until = Date.now() + delay;
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#set('waiting');
  }

  async #connect() {
    this.#leave();
    const turn = this.#turn;
    const current = () => turn === this.#turn;
    let started = false;
    const lost = () => {
      if (current()) this.#lost(started);
    };
    this.#set('connecting');
    this.#timer = setTimeout(lost, OPEN_MS);
    /** @type {Handlers} */
    const handlers = {
      onready: () => {
        if (!current()) return;
        this.#transport?.open(this.#domain);
        if (this.#domain) this.#greet();
      },
      onstart: (from) => {
        if (!current() || started) return;
        started = true;
        this.#known = true;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(lost, ONLINE_MS);
        this.#learn(from);
      },
      onelement: (element) => {
        if (current() && !this.#read(element)) lost();
      },
      onclose: lost,
    };
    try {
      const connect = this.#kind === 'bosh' ? await this.#options.bosh() : this.#options.websocket;
      if (current()) this.#transport = connect(handlers);
    } catch {
      lost(); // no such chunk, or the page's Content-Security-Policy forbids the address
    }
  }

  /** The domain that the gateway speaks for. @param {string} from */
  #learn(from) {
    if (!from || from === this.#domain) return;
    const asked = this.#domain;
    this.#domain = from;
    if (asked) this.drop();
    else {
      this.#learned = true;
      this.#greet();
    }
  }

  #greet() {
    this.send(x('auth', { xmlns: SASL, mechanism: 'ANONYMOUS' }));
    this.#transport?.restart();
    this.request('set', '', write.bind()).then(() => {
      clearTimeout(this.#timer);
      this.#learned = false;
      this.#attempts = 0;
      this.#set('online');
    }, () => {});
    this.#options.hello();
  }

  /** @param {Element} element @returns {boolean} false: the stream is over */
  #read(element) {
    const { name, ns, attrs } = element;
    if ((name === 'error' && ns === STREAM) || (name === 'failure' && ns === SASL)) return false;
    if (ns !== CLIENT) return true;
    if (this.leads) this.tell('element', element);
    if (name !== 'iq') {
      this.#options.onelement(element);
      return true;
    }
    const pending = this.#pending.get(attrs.id);
    if (attrs.type === 'get' || attrs.type === 'set') {
      if (!this.leads) return true;
      const pong = attrs.type === 'get' && child(element, 'ping', PING);
      this.send(x('iq', { xmlns: CLIENT, type: pong ? 'result' : 'error', id: attrs.id, to: attrs.from },
        pong ? '' : x('error', { type: 'cancel' }, x('service-unavailable', { xmlns: STANZAS }))));
    } else if (pending) {
      this.#pending.delete(attrs.id);
      clearTimeout(pending.timer);
      if (attrs.type === 'result') pending.resolve(element);
      else pending.reject(new Error(condition(element)));
    }
    return true;
  }
}
