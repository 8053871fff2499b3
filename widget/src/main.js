/**
 * The chat behind the launcher, put together: store, chat (what is known), stream and visit (the desk), panel (what is
 * shown). The loader imports it when it is wanted and calls start() once.
 *
 * @typedef {(key: string, values?: Record<string, string|number>, otherwise?: string) => string} Words otherwise: where there is no such text
 * @typedef {{
 *   root: ShadowRoot, frame: HTMLElement, button: HTMLElement, label: (availability: string) => string, gateway: string, department: string,
 *   lang: string, prefix: string, domain: string, availability: string, texts: Record<string, string>,
 *   part: (name: string) => Promise<any>, dataset: DOMStringMap, consent?: boolean, agreed?: () => void, withdraw?: () => void,
 *   tell?: (chat: Chat, open: boolean) => void, says?: Record<string, string>, identified?: Promise<void>,
 *   identity?: import('./identity.js').Identity, inner?: Inner,
 * }} Context  what the loader knows; gateway: address without a slash at its end; texts: the launcher's, and what the site has
 * replaced; part: fetches a file of this build and checks it; dataset: what stands on the tag; consent: what the page has said of it (api.js), agreed: is
 * told then, withdraw: when it takes that back; tell: what the page's own calls see (api.js); says: fields of every check-in;
 * identified: the page's last call about that has been heard; identity: who it says that the visitor is; inner: the chat, once it is there
 * @typedef {{chat: Chat, store: import('./store.js').Store, stream: Stream, visit: Visit, panel: Panel, forget(): void}} Inner
 * @typedef {{attribute: typeof attribute, button: typeof makeButton, h: typeof h, say: typeof say}} Dom
 * @typedef {Inner & {part: (name: string) => Promise<any>, draw(): void, locale: Intl.Locale}} Rest
 * @typedef {(dom: Dom, t: Words, panel: HTMLElement, stream: Stream, visit: Visit, gateway: string, store: import('./store.js').Store, rest: Rest) => any} Make
 * what parts of the panel are given that are fetched later
 * @typedef {{
 *   toggle(open?: boolean): void, visit: Visit, draw(): void, choose?(department: string, hello?: string): Promise<void>, ready?(): Promise<unknown>,
 * }} Parts  where there are several departments (choose.js): choose: opens that one's, unless a conversation goes on; ready: there is a chat, shown or not
 */
import { Chat } from './chat.js';
import { makeStore } from './store.js';
import { Stream } from './stream.js';
import css from './styles/panel.css';
import { connect } from './transport/websocket.js';
import { attribute, button as makeButton, h, say, sheet } from './view/h.js';
import { makeLauncher } from './view/launcher.js';
import { Panel } from './view/panel.js';
import { Tabs } from './tabs.js';
import { Visit } from './visit.js';
import { localeOf, makeWords } from './words.js';
import { parse, x } from './xml.js';

const SMALL = '(max-width:480px),(max-height:400px)';
const dom = { attribute, button: makeButton, h, say };

/** The browser in a few words, for the agent: of the names in it the last one is its own. */
const browser = ({ userAgent } = navigator) => `${userAgent.replace(/.*(Edg|OPR|Firefox|Chrome|Version)\/(\d+).*/, '$1 $2')}, ${
  /Windows|Android|iPhone|iPad|Mac OS|CrOS|Linux(?!.*Android)/.exec(userAgent) || ''}`;

const stay = (/** @type {Event} */ event) => event.preventDefault();
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || '';
const page = () => ({ url: location.href, title: document.title, referrer: document.referrer });

/** Fetches a part of the panel that is seldom wanted, its styles and its texts. @param {Context} context @param {() => Promise<void>} more */
function seldom({ root, part }, more) {
  /** @type {Record<string, number>} */
  const worn = {};
  return async (/** @type {string} */ name) => {
    const [module] = await Promise.all([part(name), more()]);
    worn[name] ||= root.adoptedStyleSheets.push(sheet(module.css));
    return module;
  };
}

/** @param {Context} context @param {import('./store.js').Store} store @param {Pick<import('./stream.js').Options, 'hello'|'onelement'|'onstate'|'ontab'>} on */
const makeStream = ({ gateway, prefix, domain, part }, store, on) => new Stream({
  ...on,
  websocket: (handlers) => connect(gateway, handlers),
  bosh: async () => {
    const { connect: bosh } = await part('bosh');
    return (handlers) => bosh(gateway, { parse, x }, handlers);
  },
  domain,
  tabs: new Tabs(store.shared ? prefix : ''),
});

/** Does once what was asked for several times in a turn. @param {() => void} act */
function once(act) {
  let asked = 0;
  return () => {
    if (asked++) return;
    queueMicrotask(() => {
      asked = 0;
      act();
    });
  };
}

/** @param {Context} context @returns {Promise<Parts>} */
// eslint-disable-next-line max-lines-per-function -- the composition: one part after the other, no decisions
export async function start(context) {
  const { root, button, label, gateway, department, lang, prefix, availability, part } = context;
  const own = context.texts;
  const store = makeStore(prefix);
  const identity = () => part('identity').then((m) => m.identityOf(context).begin(store));
  // Of who was proved nothing is shown to anybody who is not; and whom the page has named is nobody else first.
  await (store.get('proved') ? identity() : context.identified);
  const texts = { ...(await part(lang)).default, ...own };
  const locale = localeOf(lang);
  let whole = false;
  const more = async () => {
    if (whole) return;
    Object.assign(texts, (await part(`${lang}-more`)).default, own);
    whole = true;
    draw();
  };
  const t = makeWords(texts, locale, more);
  const piece = seldom(context, more);
  let asked = false;

  const draw = once(() => {
    const open = !panel.element.hidden;
    if (open && !document.hidden) visit.see();
    drawLauncher(chat, open);
    (chat.careful ? addEventListener : removeEventListener)('beforeunload', stay);
    panel.render({ chat, connection: stream.state, until: stream.until, asked });
    later('attach', open && room(), room());
    later('tickets', open && chat.hasTickets);
    later('rating', open && chat.chat.rating);
    later('bulletin', open && chat.bulletin);
    later('alerts', store.get('alerts'), open);
    context.tell?.(chat, open);
  });
  const chat = new Chat(store, draw);
  if (availability) chat.availability = /** @type {import('./chat.js').Availability} */ (availability);
  const stream = makeStream(context, store, {
    hello: () => visit.hello(),
    onelement: (element) => visit.hear(element),
    ontab: (kind, value) => visit.told(kind, value),
    onstate() {
      if (stream.state !== 'online') visit.lost();
      draw();
    },
  });
  /** @type {ReturnType<typeof import('./view/edits.js').makeEdits>} */
  let edits;
  const visit = new Visit({
    context, stream, chat, store, department, describe: () => ({ page: page(), lang, zone: zone(), browser: browser() }),
    edits: async () => (edits = (await piece('edits')).makeEdits(dom, t, chat, panel.element, draw, stream, piece)).hear,
  });
  /** The most bytes of a file that can be sent now. */
  const room = () => chat.running && chat.room;
  /** @param {string} name */
  const make = async (name) => (await piece(name)).make(dom, t, panel.element, stream, visit, gateway, store, { ...context.inner, part: piece, draw, locale });
  /** @type {Record<string, Promise<(value: unknown) => void>|undefined>} */
  const made = {};
  /** Fetched when it is first wanted, and told from then on what there is. @param {string} name @param {unknown} wanted @param {unknown} [value] */
  const later = (name, wanted, value = chat) => {
    if (made[name] || wanted) (made[name] ||= make(name)).then((show) => show(value), () => delete made[name]);
  };
  const panel = new Panel(t, locale, {
    visit,
    draft: (text) => store.set('draft', text),
    hurry: () => stream.open(),
    close: () => toggle(false),
    edited: (row, entry) => edits.show(row, entry),
    // Decoration: where it cannot be fetched just now, the chat goes on without.
    face: (avatar, agent) => part('face').then((m) => m.show(avatar, agent, gateway), () => {}),
    links: (element, text) => piece('linkify').then((m) => m.fill(element, text, h, t), () => {}),
    form: async (fields) => (await piece('form')).makeForm(dom, t, fields, {
      answer: visit.answer.bind(visit),
      skip() {
        asked = true;
        draw();
      },
    }),
    menu: () => make('menu'),
  });
  const drawLauncher = makeLauncher(button, t, label);
  root.adoptedStyleSheets.push(sheet(css));
  button.before(panel.element);
  panel.element.addEventListener('dragover', () => later('attach', chat.room, room()));
  panel.draft(store.get('draft'));

  /** @param {boolean} [open] */
  function toggle(open = !!panel.element.hidden) {
    const focused = root.activeElement;
    store.set('open', open ? '1' : '');
    draw();
    if (open) {
      const { matches } = matchMedia(SMALL);
      panel.show(matches);
      // Where it cannot be fetched just now, the focus may leave the panel, and the keyboard covers some of it.
      if (matches) part('small').then((m) => m.cover(panel.element), () => {});
      stream.open();
    } else {
      panel.hide();
      if (focused) queueMicrotask(() => button.focus({ preventScroll: true })); // drawn as closed: a small screen has none beside the panel
    }
  }

  /** As on the first day, here and in the visitor's other pages. */
  function forget() {
    store.clear();
    begin();
    toggle(false);
  }

  function begin() {
    stream.close();
    chat.forget();
    panel.draft('');
  }

  watchPage({ stream, visit, draw });
  store.watch((key) => {
    if (key === 'token' && !store.get(key)) begin();
    else draw();
    if (key === 'proved') identity();
  });
  if (chat.pending.length || store.get('run')) stream.open();
  context.inner = { chat, store, stream, visit, panel, forget };
  return { toggle, visit, draw };
}

/**
 * What the browser tells: network, visibility, back-forward cache, pages without a load.
 * @param {{stream: Stream, visit: Visit, draw: () => void}} parts
 */
function watchPage({ stream, visit, draw }) {
  let left = false;
  addEventListener('online', () => {
    stream.open();
    stream.check();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
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
  const address = () => location.href.split('#')[0];
  let url = address();
  const moved = () => {
    if (url === address()) return;
    url = address();
    visit.moved(page());
  };
  /** @type {any} */ (globalThis).navigation?.addEventListener('navigatesuccess', moved);
  addEventListener('popstate', moved); // COMPAT: browsers without the Navigation API notice only back and forward
}
