/**
 * What a page may tell the chat, and hear from it: tresen('open'), tresen('on', 'message', …). Fetched with the first such
 * call; a page that makes none has no name of ours.
 *
 * @typedef {import('./main.js').Context} Context
 * @typedef {import('./main.js').Parts} Parts
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {(value?: unknown) => void} Listener
 */
import { end, leave } from './leave.js';

const EVENTS = ['open', 'close', 'message', 'unread', 'availability'];

/** What of an agent's lines the page was not told yet; of what stands there already, in each department, it is told nothing. */
function makeEars() {
  /** @type {Set<string>|undefined} */
  let known;
  let of = '';
  return (/** @type {Chat} */ { entries, synced, department }) => {
    if (of !== department) known = undefined;
    of = department;
    const lines = entries.filter((entry) => entry.by === 'agent');
    const fresh = known ? lines.filter(({ key }) => !known?.has(key)) : [];
    if (known || synced) known = new Set(lines.map(({ key }) => key));
    return fresh;
  };
}

/** What the site says of who is signed in: told when the visitor has checked in, once. @param {() => Promise<Parts|undefined>} begin */
function makeCard(begin) {
  /** @type {Record<string, string>|undefined} */
  let card;
  return {
    /** @param {Record<string, unknown>} values */
    write({ name, email }) {
      card = { ...card };
      if (name) card.name = String(name);
      if (email) card.email = String(email);
    },
    async hand(/** @type {Chat} */ chat) {
      if (!card || !chat.department || chat.isShut) return;
      const handed = card;
      card = undefined;
      try {
        await (await begin())?.visit.answer(handed);
      } catch (error) {
        if (/** @type {Error} */ (error).message === 'offline') card ||= handed;
      }
    },
  };
}

/**
 * @param {Context} context @param {(open?: unknown) => Promise<Parts|undefined>} begin brings the chat
 * @param {Promise<Parts>|undefined} begun it is there, or on its way
 * @returns {(name: string, ...values: any[]) => unknown}
 */
// eslint-disable-next-line max-lines-per-function -- the table of what can be called, and what it shares
export function make(context, begin, begun) {
  const { frame, button } = context;
  /** @type {Chat|undefined} */
  let known;
  /** @type {Map<string, Set<Listener>>} */
  const listeners = new Map(EVENTS.map((name) => [name, new Set()]));
  const ears = makeEars();
  const card = makeCard(begin);
  const now = { open: false, unread: 0, availability: context.availability };

  /** What goes wrong in a listener is the page's. @param {string} name @param {unknown} [value] */
  function emit(name, value) {
    for (const listener of listeners.get(name) || []) {
      try {
        listener(value);
      } catch (error) {
        reportError(error);
      }
    }
  }

  const earlier = context.tell;
  context.tell = (chat, open) => {
    earlier?.(chat, open);
    const { unread, availability } = known = chat;
    const before = { ...now };
    Object.assign(now, { open, unread, availability });
    card.hand(chat);
    if (open !== before.open) emit(open ? 'open' : 'close');
    for (const { id, name, body, time } of ears(chat)) emit('message', { id, name, body, time: new Date(time) });
    if (unread !== before.unread) emit('unread', unread);
    if (availability !== before.availability) emit('availability', availability);
  };

  /** What of a conversation is on this device. @returns {[Storage, string][]} */
  const kept = () => [localStorage, sessionStorage].flatMap((place) => Object.keys(place)
    .filter((key) => key.startsWith(context.prefix)).map((key) => /** @type {[Storage, string]} */ ([place, key])));
  const isKept = () => {
    try {
      return kept().length;
    } catch {
      return !!known; // in memory
    }
  };
  /** Before the desk has answered, if the page goes. */
  const wipe = () => {
    try {
      for (const [place, key] of kept()) place.removeItem(key);
    } catch {
      // There is nothing to go.
    }
  };
  /** @type {Record<string, (...values: any[]) => unknown>} */
  const commands = {
    async open(/** @type {unknown} */ values) {
      const { department } = Object(values);
      frame.hidden = false;
      const parts = await begin();
      if (department && parts?.choose) parts.choose(department);
      else parts?.toggle(true);
    },
    async close() {
      if (button.getAttribute('aria-expanded') === 'true') (await begin())?.toggle(false);
    },
    show() {
      frame.hidden = false;
    },
    hide() {
      frame.hidden = true;
    },
    set(/** @type {Record<string, unknown>} */ values) {
      card.write(Object(values));
      if (known) card.hand(known);
    },
    on(/** @type {string} */ name, /** @type {Listener} */ listener) {
      listeners.get(name)?.add(listener);
      if (name === 'availability' && now.availability) listener(now.availability);
    },
    identify(/** @type {unknown} */ value) {
      context.identified = context.part('identity').then((m) => m.identityOf(context).say(value)).catch(reportError);
    },
    // What waits for it may begin (consent.js), visits may be counted (invite.js); or may not any more.
    consent(yes = true) {
      context.consent = yes !== false;
      context.agreed?.();
      try {
        if (!context.consent) localStorage.removeItem(`${context.prefix}visits`);
      } catch {
        // There is nothing.
      }
    },
    async logout() {
      await context.identified;
      context.identity?.drop();
      if (!isKept()) return;
      addEventListener('pagehide', wipe);
      await (await begin())?.ready?.();
      const { inner } = context;
      if (inner) {
        // Who was proved finds their chat again when they log in; nobody else would.
        if (!inner.store.get('proved')) await end(inner);
        await leave(inner);
      }
      removeEventListener('pagehide', wipe);
    },
  };
  begun?.then((parts) => parts.draw(), () => {});
  return (name, ...values) => {
    if (Object.hasOwn(commands, name)) return commands[name](...values);
    return console.warn(`tresen: there is no '${name}'`);
  };
}
