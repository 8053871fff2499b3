/**
 * A visit to a department over a stream: check-in, lines, history, markers (docs/PROTOCOL.md sections 2 to 6). It turns
 * stanzas into calls of the chat, and what the visitor does into stanzas.
 */
import { VISIT } from './stanza/ns.js';
import * as read from './stanza/read.js';
import * as write from './stanza/write.js';

/**
 * @typedef {import('./xml.js').Element} Element
 * @typedef {import('./chat.js').Entry} Entry
 * @typedef {ReturnType<typeof import('./view/edits.js').makeEdits>['hear']} Edits
 */

/** Namespaces and attributes of what edits.js knows. */
const EDITS = /:(mess|rea|rep)|(ed|ons)":"/;
/** What this visitor writes is not taken, and will not be. */
const BLOCKED = 'not-allowed';
const REPEAT_MS = 15000;
const PACE_MS = 1100;
const SLOW_MS = 2000;
const SLOW_MAX_MS = 30000;
const MAX_RECEIPTS = 20;

export class Visit {
  #stream;
  #chat;
  #store;
  #department;
  #describe;
  #context;
  #open = false; // the stream can be written to
  #ready = false; // checked in on this stream
  /** Lines handed to this stream, and when. @type {Map<string, number>} */
  #sent = new Map();
  /** Not before this time, because the desk asked to wait. */
  #hold = 0;
  #slow = 0;
  #typed = 0;
  #ids = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #pumping;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #repeating;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #pausing;
  /** What the running history query has brought so far. @type {import('./chat.js').Line[]} */
  #lines = [];
  /** Its name: other pages ask over the same stream. */
  #query = '';
  #after = false;
  /** Understands what messages say about others; fetched with the first of them. @type {Edits|undefined} */
  #edits;
  #edited;
  #heard = Promise.resolve();
  /** @type {Promise<unknown>} */
  #asking = Promise.resolve();

  /**
   * @param {{
   *   stream: import('./stream.js').Stream, chat: import('./chat.js').Chat, store: import('./store.js').Store,
   *   department: string, describe: () => Omit<write.Visit, 'token'|'jwt'|'form'>, edits: () => Promise<Edits>,
   *   context: Pick<import('./main.js').Context, 'identity'|'says'>,
   * }} parts  department: empty for the default one
   */
  constructor({ stream, chat, store, department, describe, edits, context }) {
    this.#stream = stream;
    this.#chat = chat;
    this.#store = store;
    this.#department = department;
    this.#describe = describe;
    this.#edited = edits;
    this.#context = context;
    if (!context.identity) chat.visitor = store.get('visitor'); // who else: other pages are to take what is written before the check-in
  }

  get to() {
    return (this.#department && `${this.#department}@`) + this.#stream.domain;
  }

  /** Other pages than the one that leads speak on a stream that is somebody's already. */
  get #token() {
    return this.#stream.leads ? this.#store.get('token') : '';
  }

  /** The stream can be written to: everything at once, so that a page costs one round trip. */
  hello() {
    this.#open = true;
    this.#ready = false;
    this.#sent.clear();
    this.#hold = this.#slow = 0;
    const jwt = this.#context.identity?.vouch();
    if (jwt === null) return;
    this.#chat.recall();
    this.#checkin(undefined, jwt).catch(() => {});
    this.#stream.send(write.presence(this.to));
    if (this.#token && !jwt) this.#catchUp(); // a JWT may be refused: then the question would be a new visitor's
  }

  /** Something else is known of who is here. */
  renew() {
    if (this.#open) this.hello();
  }

  /** The stream is gone. */
  lost() {
    this.#ready = this.#open = false;
    this.#asking = Promise.resolve();
    this.#lines = [];
    clearTimeout(this.#pumping);
    clearTimeout(this.#repeating);
    clearTimeout(this.#pausing);
    if (this.#chat.synced || this.#chat.typing) this.#chat.disconnected();
  }

  /** @param {string} body @returns {boolean} */
  say(body) {
    clearTimeout(this.#pausing);
    this.#typed = 0;
    const entry = this.#chat.say(body);
    if (entry) this.#share(entry);
    this.#pump();
    return !!entry;
  }

  /** The visitor wants a failed line sent again. @param {Entry} entry */
  sendAgain(entry) {
    this.#chat.adopt({ ...entry, problem: '' });
    this.#share(entry);
    this.#pump();
  }

  /** The visitor's other pages show a line too, and the one that has the connection sends it. @param {Entry} entry */
  #share({ id, body, time, about }) {
    this.#stream.tell('line', { id, body, time, about, visitor: this.#chat.visitor });
  }

  /** What another page told. @param {string} kind @param {any} value */
  told(kind, value) {
    if (kind !== 'line') this.#chat.form = []; // answered there
    else if (value.visitor === this.#chat.visitor) this.#chat.adopt(value);
    this.#pump();
  }

  /** The visitor is writing (XEP-0085); the pause after it is told too. @param {boolean} some there is text */
  typing(some) {
    if (!this.#ready || !this.#chat.running) return;
    clearTimeout(this.#pausing);
    if (!some) {
      if (this.#typed) this.#stream.send(write.typing(this.to, 'active'));
      this.#typed = 0;
      return;
    }
    if (!this.#typed) this.#stream.send(write.typing(this.to, 'composing'));
    this.#typed = 1;
    this.#pausing = setTimeout(() => {
      this.#typed = 0;
      this.#stream.send(write.typing(this.to, 'paused'));
    }, 5000);
  }

  /** The visitor looks at the lines. */
  see() {
    if (!this.#ready) return;
    const newest = this.#chat.see();
    if (newest) this.#stream.send(write.displayed(this.to, this.#id(), newest.id));
  }

  /** @param {Record<string, string>} form */
  async answer(form) {
    await this.#checkin(form);
    if (!this.#chat.form[0]) this.#stream.tell('form');
  }

  /** Another page in the same document. @param {write.Page} page */
  moved(page) {
    if (this.#ready) this.#stream.request('set', this.to, write.page(page, VISIT)).catch(() => {});
  }

  /** Lines before the first one. */
  askEarlier() {
    return this.#ask('before').catch(() => {});
  }

  /** One after the other; what is about other lines waits for who understands it. Where that cannot be fetched, it is lines. @param {Element} element */
  hear(element) {
    this.#heard = this.#heard.then(async () => {
      if (!this.#edits && EDITS.test(JSON.stringify(element))) this.#edits = await this.#edited().catch(() => () => false);
      this.#hear(element);
    });
  }

  /** @param {Element} element */
  #hear(element) {
    if (element.name === 'presence') {
      const [bare, resource] = (element.attrs.from || '').split('/');
      if (bare === this.to && !resource && element.attrs.type !== 'error') this.#chat.present(read.presence(element));
      return;
    }
    if (element.name !== 'message') return;
    const old = read.archived(element);
    if (old) {
      const { query, line, inner } = old;
      if (query === this.#query && !this.#edits?.(inner, line, this.#after)) this.#lines.push(line);
      return;
    }
    const { line, chat, ticket, typing, stored, seen, error, wantsReceipt } = read.message(element);
    if (stored) this.#stored(stored.id, stored.archive);
    if (seen) this.#chat.mark(seen.id, seen.seen);
    if (error) this.#refused(error);
    if (line) {
      if (!this.#edits?.(element, line, true)) this.#chat.receive(line);
      if (wantsReceipt && this.#stream.leads && line.by === 'agent') this.#stream.send(write.received(this.to, this.#id(), line.id));
      if (this.#chat.synced) this.#chat.receipts();
    }
    if (chat) this.#chat.enter(chat);
    // A step of a ticket, or, outside a chat, an answer to one, or its end: the desk knows what there is now, and what it asks.
    if (this.#ready && (ticket || ((chat || line?.by === 'agent') && !this.#chat.running))) this.#checkin().catch(() => {});
    if (typing !== undefined && !line) this.#chat.types(typing);
  }

  #id() {
    return `s${++this.#ids}`;
  }

  /** @param {Record<string, string>} [form] @param {string} [jwt] */
  async #checkin(form, jwt) {
    const visit = { ...this.#describe(), token: this.#token, jwt, form: form || this.#context.says };
    const { identity } = this.#context;
    let answer;
    try {
      answer = read.checkin(await this.#stream.request('set', this.to, write.checkin(visit)));
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (!form && message !== 'offline' && !identity?.refused(message, jwt)) {
        this.#chat.shut(message);
        this.#pump();
        // Who was blocked stays so for hours: the next page asks again.
        if (message !== BLOCKED) this.#pumping = setTimeout(() => this.hello(), SLOW_MAX_MS);
      }
      throw error;
    }
    const { token, known } = answer;
    const was = this.#chat.visitor;
    if (identity) identity.met(known.visitor, answer.verified, jwt);
    else if (was && was !== known.visitor) this.#chat.reset();
    if (token) this.#store.set('token', token);
    this.#store.set('visitor', known.visitor);
    this.#ready = true;
    this.#chat.checkedIn(known, answer.chat);
    this.#chat.pending.map((entry) => this.#share(entry));
    if (!visit.token || jwt) this.#catchUp();
    this.#pump();
  }

  #catchUp() {
    this.#ask(this.#chat.last ? 'after' : 'last').catch(() => {});
  }

  /** One question to the archive at a time. @param {'after'|'last'|'before'} where @returns {Promise<void>} */
  #ask(where) {
    const asked = this.#asking.then(async () => {
      const { first, last } = this.#chat;
      this.#lines = [];
      this.#after = where === 'after';
      this.#query = `${Math.random()}`;
      const query = where === 'after' ? { after: last } : where === 'before' ? { before: first } : {};
      let fin;
      try {
        fin = read.fin(await this.#alone(() => this.#stream.request('set', this.to, write.history({ ...query, id: this.#query }))));
      } catch (error) {
        // The archive does not know the id any more: from the end again.
        if (where !== 'after' || /** @type {Error} */ (error).message !== 'item-not-found') throw error;
        this.#chat.reset();
        return 'last';
      }
      await this.#heard;
      this.#chat.page(where, this.#lines, fin);
      this.#lines = [];
      for (const entry of this.#chat.receipts().slice(-MAX_RECEIPTS)) {
        this.#stream.send(write.received(this.to, this.#id(), entry.id));
      }
      return where === 'after' && !fin.complete && fin.last !== last ? 'after' : undefined;
    });
    this.#asking = asked.catch(() => {});
    return asked.then((more) => (more ? this.#ask(more) : undefined));
  }

  /**
   * The archive takes two questions at a time from a stream: one of the page that leads, one of all others.
   * @template T @param {() => Promise<T>} ask @returns {Promise<T>}
   */
  #alone(ask) {
    return this.#stream.leads ? ask() : navigator.locks.request(`ask ${this.to}`, ask);
  }

  /** Hands over what the desk does not have yet: all at once, or one after the other when it asked to go slow. */
  #pump() {
    clearTimeout(this.#pumping);
    if (this.#chat.isShut === BLOCKED) this.#chat.pending.map(({ id }) => this.#refused({ id, condition: BLOCKED }));
    if (!this.#ready || this.#chat.mustAsk || !this.#stream.leads) return;
    const now = Date.now();
    for (const entry of this.#chat.pending) {
      if (this.#sent.has(entry.id)) continue;
      if (now < this.#hold) {
        this.#pumping = setTimeout(() => this.#pump(), this.#hold - now);
        break;
      }
      this.#stream.send(write.message(this.to, entry.id, entry.body, entry.about));
      this.#sent.set(entry.id, now);
      if (this.#slow) this.#hold = now + PACE_MS;
    }
    this.#watch();
  }

  /** A line without a receipt for a while is sent again, and the connection is looked at. */
  #watch() {
    clearTimeout(this.#repeating);
    if (!this.#sent.size) return;
    this.#repeating = setTimeout(() => {
      this.#stream.check();
      this.#sent.clear();
      this.#pump();
    }, REPEAT_MS);
  }

  /** @param {string} id @param {string} archive */
  #stored(id, archive) {
    this.#sent.delete(id);
    this.#chat.acknowledge(id, archive);
    if (!this.#chat.pending.length) this.#slow = this.#hold = 0;
    this.#watch();
  }

  /** @param {{id: string, wait?: boolean, condition: string}} error */
  #refused({ id, wait, condition }) {
    this.#sent.delete(id);
    if (wait) {
      this.#slow = Math.min(SLOW_MAX_MS, this.#slow * 2 || SLOW_MS);
      this.#hold = Date.now() + this.#slow;
      this.#chat.refuse(id, 'sending', 'wait');
      this.#pump();
    } else {
      this.#chat.refuse(id, 'failed', condition);
    }
  }
}
