/**
 * The chat behind the launcher, put together: store, chat (what is known), stream and visit (the desk), panel (what is
 * shown). The loader imports it when it is wanted and calls start() once.
 *
 * @typedef {((key: string, values?: Record<string, string|number>) => string) & {has(key: string): boolean}} Words
 * @typedef {{
 *   root: ShadowRoot, button: HTMLElement, label: (availability: string) => string, gateway: string, department: string,
 *   lang: string, prefix: string, domain: string, availability: string,
 * }} Context  what the loader knows; gateway: address without a slash at its end
 */
import { Chat } from './chat.js';
import { makeStore } from './store.js';
import { Stream } from './stream.js';
import css from './styles/panel.css';
import { connect } from './transport/websocket.js';
import { attribute, button as makeButton, h, say, sheet } from './view/h.js';
import { Panel } from './view/panel.js';
import { Visit } from './visit.js';
import { parse, x } from './xml.js';

const GATE_MS = 5000;
const SMALL = '(max-width: 480px)';
const dom = { attribute, button: makeButton, h, say };
const beside = (/** @type {string} */ name) => import(new URL(`${name}.js`, import.meta.url).href);

/** @param {Record<string, string>} texts @returns {Words} */
function makeWords(texts) {
  const t = (/** @type {string} */ key, /** @type {Record<string, string|number>} */ values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
  return Object.assign(t, { has: (/** @type {string} */ key) => Object.hasOwn(texts, key) });
}

/** The browser in a few words, for the agent. */
function browser() {
  const find = (/** @type {RegExp} */ what) => what.exec(navigator.userAgent)?.[0].replace('/', ' ') || '';
  return `${find(/(Edg|OPR|Firefox)\/\d+/) || find(/(Chrome|Version)\/\d+/)}, ${find(/Windows|Android|iPhone|iPad|Mac OS|CrOS|Linux/)}`;
}

const page = () => ({ url: location.href, title: document.title, referrer: document.referrer });

/** @param {Context} context @returns {Promise<{toggle(open?: boolean): void}>} */
export async function start({ root, button, label, gateway, department, lang, prefix, domain, availability }) {
  const texts = { ...(await beside(lang)).default };
  const t = makeWords(texts);
  const store = makeStore(prefix);
  const small = matchMedia(SMALL);
  let asked = false;
  let drawing = false;
  /** @type {Set<string>} */
  const dressed = new Set();

  const chat = new Chat(store, draw);
  chat.availability = /** @type {import('./chat.js').Availability} */ (availability) || chat.availability;

  /** Pages of one visitor check in one after the other: each gets the token that the one before left. @returns {Promise<() => void>} */
  const gate = () => new Promise((granted) => {
    const free = () => granted(() => {});
    if (!navigator.locks) return free();
    navigator.locks.request(`${prefix}checkin`, { signal: AbortSignal.timeout(GATE_MS) },
      () => new Promise((release) => granted(() => release(undefined)))).catch(free);
  });

  const stream = new Stream({
    websocket: (on) => connect(gateway, on),
    bosh: async () => {
      const { connect: bosh } = await beside('bosh');
      return (on) => bosh(gateway, { parse, x }, on);
    },
    domain: store.get('domain') || domain,
    gate,
    hello: () => visit.hello(),
    onelement: (element) => visit.hear(element),
    ondomain: (name) => store.set('domain', name),
    onstate() {
      if (stream.state !== 'online') visit.lost();
      draw();
    },
  });

  const visit = new Visit({ stream, chat, store, department, describe: () => ({
    page: page(), lang, zone: Intl.DateTimeFormat().resolvedOptions().timeZone || '', browser: browser(),
  }) });

  const panel = new Panel(t, lang, {
    say: (text) => visit.say(text),
    typing: (some) => visit.typing(some),
    draft: (text) => store.set('draft', text),
    retry: (entry) => visit.retry(entry),
    async links(element, text) {
      const { fill } = await beside('linkify');
      fill(element, text, h);
    },
    earlier: () => visit.earlier().catch(() => {}),
    async form(fields) {
      const { makeForm } = await part('form');
      return makeForm(dom, t, fields, { answer: (/** @type {Record<string, string>} */ values) => visit.answer(values), skip });
    },
    async menu(opener) {
      const { makeMenu } = await part('menu');
      return makeMenu(dom, t, opener, { end: () => visit.end().catch(() => {}), forget });
    },
    close: () => toggle(false),
    hurry: () => stream.open(),
  });

  /** A part of the panel that is seldom wanted, and its styles. @param {string} name */
  async function part(name) {
    const [module, words] = await Promise.all([beside(name), beside(`${lang}-more`)]);
    if (!dressed.has(name)) root.adoptedStyleSheets.push(sheet(module.css));
    dressed.add(name);
    Object.assign(texts, words.default);
    return module;
  }

  const badge = h('span', { class: 'badge', hidden: true });
  button.append(badge);
  root.adoptedStyleSheets.push(sheet(css));
  /** @type {HTMLElement} */ (button.parentElement).prepend(panel.element);
  panel.draft(store.get('draft'));

  /** Draws once for all that changed in a turn. */
  function draw() {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      const open = !panel.element.hidden;
      if (open && document.visibilityState === 'visible') visit.see();
      const { unread } = chat;
      badge.hidden = !unread || open;
      say(badge, unread > 99 ? '99+' : String(unread));
      attribute(button, 'aria-label', open ? t('close') : label(chat.availability) + (unread ? `. ${t('unread', { n: unread })}` : ''));
      attribute(button, 'data-availability', chat.availability);
      panel.render({ chat, connection: stream.state, until: stream.until, asked });
    });
  }

  function skip() {
    asked = true;
    draw();
  }

  async function forget() {
    if (chat.running) await visit.end().catch(() => {});
    stream.close();
    store.clear();
    chat.forget();
    panel.draft('');
    toggle(false);
  }

  function toggle(open = panel.element.hidden) {
    attribute(button, 'aria-expanded', String(open));
    store.set('open', open ? '1' : '');
    if (open) {
      panel.show(small.matches);
      stream.open();
    } else {
      const inside = root.activeElement;
      panel.hide();
      if (inside) button.focus({ preventScroll: true });
    }
    draw();
  }

  watchPage({ stream, visit, panel, draw });
  store.watch((key) => {
    if (key === 'seen') draw();
    if (key === 'token' && !store.get('token')) {
      // Forgotten in another page.
      stream.close();
      chat.forget();
    }
  });
  if (chat.pending.length || store.get('run')) stream.open();
  return { toggle };
}

/**
 * What the browser tells: network, visibility, back-forward cache, keyboard on a phone, pages without a load.
 * @param {{stream: Stream, visit: Visit, panel: Panel, draw: () => void}} parts
 */
function watchPage({ stream, visit, panel, draw }) {
  let left = false;
  addEventListener('online', () => {
    stream.open();
    stream.check();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    stream.check();
    draw();
  });
  // An open socket keeps a page out of the back-forward cache.
  addEventListener('pagehide', () => {
    left = stream.state !== 'idle';
    stream.close();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && left) stream.open();
  });
  const viewport = globalThis.visualViewport;
  const fit = () => {
    panel.element.style.setProperty('--height', `${viewport?.height}px`);
    panel.element.style.setProperty('--top', `${viewport?.offsetTop}px`);
  };
  viewport?.addEventListener('resize', fit);
  viewport?.addEventListener('scroll', fit);
  fit();
  let { url } = page();
  const moved = () => {
    if (url.split('#')[0] === location.href.split('#')[0]) return;
    url = location.href;
    visit.moved(page());
  };
  // COMPAT: browsers without the Navigation API notice only back and forward.
  (/** @type {any} */ (globalThis).navigation || globalThis).addEventListener(
    'navigation' in globalThis ? 'navigatesuccess' : 'popstate', moved);
}
