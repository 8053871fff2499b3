// An agent with @xmpp/client: roster, presence, lines, receipts; what came is kept and waited for.
import { client, xml } from '@xmpp/client';
import WebSocket from 'ws';
import { NINA } from './stack.mjs';
import { until } from './tools.mjs';

const ROSTER = 'jabber:iq:roster';
const RECEIPTS = 'urn:xmpp:receipts';
const MARKERS = 'urn:xmpp:chat-markers:0';
const STATES = 'http://jabber.org/protocol/chatstates';
const bare = (jid) => (jid || '').split('/')[0];

globalThis.WebSocket ??= WebSocket;

/**
 * COMPAT: @xmpp/client 0.14 may forget stanzas that come right behind <enabled/>, acknowledges too few later, and is
 * thrown out by Prosody ("acknowledged less stanzas than already acknowledged"): it is not offered stream management.
 */
function withoutAcknowledgements(element) {
  if (element.is('features', 'http://etherx.jabber.org/streams')) {
    element.children = element.children.filter((feature) => !feature.is?.('sm', 'urn:xmpp:sm:3'));
  }
}

/** COMPAT: @xmpp/client 0.14 throws when something still comes behind the end of its stream: its parser has gone. */
function withoutAfterthoughts(xmpp) {
  const take = xmpp._onData.bind(xmpp);
  xmpp._onData = (octets) => { if (xmpp.parser) take(octets); };
}

export class Agent {
  /** Messages, as they came. */
  heard = [];
  /** JID → {name, subscription, groups} */
  roster = new Map();
  /** JID → {show, status}; who is not there stands not here. */
  present = new Map();
  #ids = 0;

  /** Logged in, there, and the desk knows it; until the end of the test. @param {import('./stack.mjs').Stack} stack @param {string} name an account's; Nina by default */
  static async login(t, stack, name = '', { department = 'sales', show = '', receipts = true } = {}) {
    const agent = new Agent();
    agent.department = `${department}@${stack.domain}`;
    agent.receipts = receipts;
    agent.xmpp = client({ service: stack.server_websocket, domain: 'h1.localhost', password: stack.password,
      username: name || NINA[stack.logins % NINA.length], resource: `browser-test-${++stack.logins}` });
    withoutAfterthoughts(agent.xmpp);
    agent.xmpp.prependListener('element', withoutAcknowledgements);
    agent.xmpp.on('error', (error) => { agent.error = error; });
    agent.xmpp.on('disconnect', (how) => { agent.lost = `disconnect ${how?.event?.code ?? how?.clean ?? ''} ${how?.event?.reason ?? ''}`; });
    agent.xmpp.on('stanza', (stanza) => agent.#hear(stanza));
    agent.xmpp.reconnect.stop();
    t.after(() => agent.leave());
    agent.jid = await agent.xmpp.start();
    const { iqCaller } = agent.xmpp;
    agent.#contacts((await iqCaller.get(xml('query', { xmlns: ROSTER }))).getChildren('item'));
    await agent.#until(() => agent.roster.has(agent.department), `${agent.department} in the roster`);
    await agent.available(show);
    await agent.#until(() => agent.present.has(agent.department), `presence of ${agent.department}`);
    await agent.#until(async () => await stack.availability(department) !== 'unavailable', `the desk to know ${agent.jid}`);
    return agent;
  }

  available(show = '') {
    return this.xmpp.send(xml('presence', {}, show && xml('show', {}, show)));
  }

  #contacts(items) {
    for (const item of items) {
      const { jid, name, subscription } = item.attrs;
      const groups = item.getChildren('group').map((group) => group.text());
      if (subscription === 'remove') this.roster.delete(jid);
      else this.roster.set(jid, { name, subscription, groups });
    }
  }

  #hear(stanza) {
    const from = stanza.attrs.from || '';
    if (stanza.is('iq') && stanza.attrs.type === 'set' && stanza.getChild('query', ROSTER)) {
      this.#contacts(stanza.getChild('query').getChildren('item'));
    } else if (stanza.is('presence') && !stanza.attrs.type) {
      this.present.set(bare(from), { show: stanza.getChildText('show') || '', status: stanza.getChildText('status') || '' });
    } else if (stanza.is('presence') && stanza.attrs.type === 'unavailable') {
      this.present.delete(bare(from));
    } else if (stanza.is('message')) {
      this.heard.push(stanza);
      if (this.receipts && stanza.getChild('request', RECEIPTS) && stanza.attrs.type !== 'error') {
        this.receive(stanza).catch(() => {}); // on the way out
      }
    }
  }

  /** Waits; a lost connection is told at once. */
  #until(condition, what) {
    return until(condition, what, undefined, () => this.error || (this.lost && new Error(this.lost)));
  }

  /** The first message that fits, also one that came before. @param {(message: any, body: string) => unknown} fits */
  expect(fits, what = 'a message') {
    return this.#until(() => this.heard.find((m) => fits(m, m.getChildText('body') || '')),
      () => `${what}; ${this.jid} is ${this.xmpp.status} (${this.error ?? 'no error'}); there were: ${this.heard.slice(-8).join('\n')}`);
  }

  /** A visitor's line. @returns the message; `contact` on it is the visitor's bare JID */
  async line(text) {
    const message = await this.expect((m, body) => /^visitor-/.test(m.attrs.from || '') && body.includes(text), `the line '${text}'`);
    message.contact = bare(message.attrs.from);
    return message;
  }

  /** How often a text came from visitors. */
  count(text) {
    return this.heard.filter((m) => /^visitor-/.test(m.attrs.from || '') && (m.getChildText('body') || '').includes(text)).length;
  }

  say(contact, body, ...more) {
    const id = `a${++this.#ids}`;
    return this.xmpp.send(xml('message', { to: contact, type: 'chat', id }, xml('body', {}, body),
      xml('request', { xmlns: RECEIPTS }), xml('markable', { xmlns: MARKERS }), ...more)).then(() => id);
  }

  types(contact, state = 'composing') {
    return this.xmpp.send(xml('message', { to: contact, type: 'chat' }, xml(state, { xmlns: STATES })));
  }

  receive({ attrs: { from, id } }) {
    return this.xmpp.send(xml('message', { to: from, type: 'chat' }, xml('received', { xmlns: RECEIPTS, id })));
  }

  read({ attrs: { from, id } }) {
    return this.xmpp.send(xml('message', { to: from, type: 'chat' }, xml('displayed', { xmlns: MARKERS, id })));
  }

  /** A chat state that a contact sent, after the point in time that `heard.length` was. */
  typing(contact, state, since = 0) {
    return this.#until(() => this.heard.slice(since).some((m) => bare(m.attrs.from) === contact && m.getChild(state, STATES)), `${state} of ${contact}`);
  }

  /** Receipt or marker of the visitor for a line that this agent wrote. @param {'received'|'displayed'} what */
  marked(id, what) {
    return this.expect((m) => m.getChild(what, RECEIPTS)?.attrs.id === id || m.getChild(what, MARKERS)?.attrs.id === id, `${what} for ${id}`);
  }

  /** Ends what is still open, so that nothing of one test is offered in the next. */
  async leave() {
    if (this.xmpp.status !== 'online') return;
    const contacts = new Set(this.heard.map((m) => bare(m.attrs.from)).filter((jid) => /^visitor-/.test(jid)));
    for (const contact of contacts) {
      await this.say(contact, 'Good bye');
      await this.say(contact, '!end');
    }
    await this.xmpp.stop();
  }

  /** The network dies: no unavailable, no end of the stream. */
  vanish() {
    return this.xmpp.disconnect(0);
  }
}
