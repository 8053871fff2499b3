/**
 * XMPP over HTTP, XEP-0124 and XEP-0206: where WebSocket does not get through. Contract: websocket.js. A file of its
 * own in the bundle; what it needs of the rest it is given.
 */

const NS = 'http://jabber.org/protocol/httpbind';
const XBOSH = 'urn:xmpp:xbosh';
const TRIES = 4;

/**
 * @param {string} gateway address @param {{parse: typeof import('../xml.js').parse, x: typeof import('../xml.js').x}} xml
 * @param {import('./websocket.js').Handlers} on @returns {import('./websocket.js').Transport}
 */
export function connect(gateway, { parse, x }, on) {
  /** Bodies that wait: a list of stanzas, or the restart of the stream. @type {(string[]|'restart')[]} */
  const queue = [];
  const abort = new AbortController();
  let rid = crypto.getRandomValues(new Uint32Array(1))[0];
  let to = '';
  let sid = '';
  let flying = 0;
  let over = false;
  let scheduled = false;
  let due = 0; // the answers are read in the order of the requests
  /** @type {Map<number, () => void>} */
  const answers = new Map();

  const finish = () => {
    if (over) return;
    over = true;
    abort.abort();
    on.onclose();
  };

  /** @param {Record<string, string>} attrs @param {string[]} stanzas */
  async function post(attrs, stanzas) {
    const mine = rid++;
    due ||= mine;
    flying++;
    const body = x('body', { xmlns: NS, rid: mine, sid, ...attrs }, ...stanzas);
    for (let tries = 1; !over; tries++) {
      try {
        const answer = await fetch(`${gateway}/http-bind`, { method: 'POST', body, signal: abort.signal, credentials: 'omit' });
        if (!answer.ok) throw new Error();
        const element = parse(await answer.text());
        answers.set(mine, () => read(element));
        for (let next; !over && (next = answers.get(due)); due++) {
          answers.delete(due);
          next();
        }
        break;
      } catch {
        // The same request again (XEP-0124 section 14.3); what had no session yet does not try long.
        if (!sid || tries === TRIES) return finish();
        await new Promise((done) => { setTimeout(done, 500 * tries); });
      }
    }
    flying--;
    pump();
  }

  /** @param {import('../xml.js').Element} body */
  function read(body) {
    if (!sid && body.attrs.sid) {
      sid = body.attrs.sid;
      on.onstart(body.attrs.from || '');
    }
    for (const element of body.children) if (typeof element !== 'string') on.onelement(element);
    if (body.attrs.type === 'terminate' || !sid) finish();
  }

  function pump() {
    // Everything said in one turn goes into one request; two requests are in the air at most, one waits for news.
    if (scheduled || over) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      while (!over && sid && (queue.length ? flying < 2 : !flying)) {
        const next = queue.shift() || [];
        if (next === 'restart') post({ to, 'xmpp:restart': 'true', 'xmlns:xmpp': XBOSH }, []);
        else post({}, next);
      }
    });
  }

  queueMicrotask(() => on.onready());
  return {
    open(domain) {
      to = domain;
      post({ to, ver: '1.6', wait: '60', hold: '1', 'xml:lang': 'en', 'xmpp:version': '1.0', 'xmlns:xmpp': XBOSH }, []);
    },
    send(xml) {
      const last = queue.at(-1);
      if (Array.isArray(last)) last.push(xml);
      else queue.push([xml]);
      pump();
    },
    restart() {
      queue.push('restart');
      pump();
    },
    close() {
      over = true;
      abort.abort();
      if (!sid) return;
      const body = x('body', { xmlns: NS, rid, sid, type: 'terminate' });
      fetch(`${gateway}/http-bind`, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {});
    },
  };
}
