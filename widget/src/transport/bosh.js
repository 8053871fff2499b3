/**
 * XMPP over HTTP, XEP-0124 and XEP-0206: where WebSocket does not get through. Contract: websocket.js. A file of its
 * own in the bundle; what it needs of the rest it is given.
 *
 * @typedef {Pick<typeof import('../xml.js'), 'parse'|'x'>} Xml
 */

const NS = 'http://jabber.org/protocol/httpbind';
const XBOSH = 'urn:xmpp:xbosh';
const TRIES = 4;

class Bosh {
  #url;
  #xml;
  #on;
  #rid = crypto.getRandomValues(new Uint32Array(1))[0];
  #sid = '';
  #to = '';
  /** Bodies that wait: a list of stanzas, or the restart of the stream. @type {(string[]|'restart')[]} */
  #queue = [];
  #flying = 0;
  /** Answers are read in the order of their requests: those that came early, and the one that is next. @type {Map<number, import('../xml.js').Element>} */
  #answers = new Map();
  #next = this.#rid;
  #over = false;
  #scheduled = false;
  #abort = new AbortController();

  /** @param {string} gateway @param {Xml} xml @param {import('./websocket.js').Handlers} on */
  constructor(gateway, xml, on) {
    this.#url = `${gateway}/http-bind`;
    this.#xml = xml;
    this.#on = on;
    queueMicrotask(on.onready);
  }

  /** @param {string} to */
  open(to) {
    this.#to = to;
    this.#post({ to, ver: '1.6', wait: '60', hold: '1', 'xml:lang': 'en', 'xmpp:version': '1.0', 'xmlns:xmpp': XBOSH }, []);
  }

  /** @param {string} xml */
  send(xml) {
    const last = this.#queue.at(-1);
    if (Array.isArray(last)) last.push(xml);
    else this.#queue.push([xml]);
    this.#pump();
  }

  restart() {
    this.#queue.push('restart');
    this.#pump();
  }

  close() {
    this.#over = true;
    this.#abort.abort();
    if (this.#sid) this.#fetch(this.#body({ type: 'terminate' }, []), { keepalive: true }).catch(() => {});
  }

  /** @param {Record<string, string>} attrs @param {string[]} stanzas */
  #body(attrs, stanzas) {
    return this.#xml.x('body', { xmlns: NS, rid: this.#rid++, sid: this.#sid, ...attrs }, ...stanzas);
  }

  /** @param {string} body @param {RequestInit} options */
  #fetch(body, options) {
    return fetch(this.#url, { method: 'POST', body, credentials: 'omit', ...options });
  }

  #finish() {
    if (this.#over) return;
    this.#over = true;
    this.#abort.abort();
    this.#on.onclose();
  }

  /** @param {Record<string, string>} attrs @param {string[]} stanzas */
  async #post(attrs, stanzas) {
    const rid = this.#rid;
    const body = this.#body(attrs, stanzas);
    this.#flying++;
    for (let tries = 1; !this.#over; tries++) {
      try {
        const answer = await this.#fetch(body, { signal: this.#abort.signal });
        if (!answer.ok) throw new Error();
        this.#answers.set(rid, this.#xml.parse(await answer.text()));
        break;
      } catch {
        // The same request again (XEP-0124 section 14.3); what had no session yet does not try long.
        if (!this.#sid || tries === TRIES) this.#finish();
        else await new Promise((done) => { setTimeout(done, 500 * tries); });
      }
    }
    this.#flying--;
    for (let element; !this.#over && (element = this.#answers.get(this.#next)); this.#next++) {
      this.#answers.delete(this.#next);
      this.#read(element);
    }
    this.#pump();
  }

  /** @param {import('../xml.js').Element} body */
  #read({ attrs, children }) {
    if (!this.#sid && attrs.sid) {
      this.#sid = attrs.sid;
      this.#on.onstart(attrs.from || '');
    }
    for (const element of children) if (typeof element !== 'string') this.#on.onelement(element);
    if (attrs.type === 'terminate' || !this.#sid) this.#finish();
  }

  /** What is said in one turn goes into one request; two requests are in the air at most, one waits for news. */
  #pump() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      while (!this.#over && this.#sid && (this.#queue.length ? this.#flying < 2 : !this.#flying)) {
        const next = this.#queue.shift() || [];
        if (next === 'restart') this.#post({ to: this.#to, 'xmpp:restart': 'true', 'xmlns:xmpp': XBOSH }, []);
        else this.#post({}, next);
      }
    });
  }
}

/**
 * @param {string} gateway address @param {Xml} xml
 * @param {import('./websocket.js').Handlers} on @returns {import('./websocket.js').Transport}
 */
export const connect = (gateway, xml, on) => new Bosh(gateway, xml, on);
