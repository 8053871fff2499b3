/**
 * The one script that a website embeds. It asks who is there, and is told with that how the launcher looks and what it
 * says; then it draws it. The chat itself is fetched when somebody points at the launcher, focuses or presses it, or when a
 * conversation is going on. A classic script: it needs no CORS, and `document.currentScript` tells where the gateway is.
 */
import { paint } from './paint.js';
import css from './styles/launcher.css';

const CHAT = 'M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20l1.2-5A8.5 8.5 0 1 1 21 11.5';
const CLOSE = 'M6 9l6 6 6-6';
const SVG = 'http://www.w3.org/2000/svg';
const HERE = Symbol.for('tresen.chat');

/** @template {keyof HTMLElementTagNameMap} K @param {K} name @param {string} className @param {(Node|string)[]} children */
function make(name, className, ...children) {
  const element = Object.assign(document.createElement(name), { className });
  element.append(...children);
  return element;
}

/** The launcher in its shadow root. @param {Record<string, string>} look @param {string} words shown on it; empty: none */
function draw({ color = '', position }, words) {
  const host = document.createElement('tresen-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of [CHAT, CLOSE]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  const button = make('button', 'launcher', svg, make('span', 'label', words), make('span', 'dot'));
  const frame = make('div', `frame ${position}`, button);
  paint(frame, color);
  root.append(frame);
  // What is typed in the chat is not the page's: its shortcuts must not hear it.
  for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'paste', 'copy', 'cut']) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
  return { host, frame, button };
}

/** @param {HTMLScriptElement} script @returns {Promise<() => void>} what another tag does, too */
async function load({ src, dataset }) {
  const { department = '', lang = document.documentElement.lang || navigator.language } = dataset;
  const gateway = src.slice(0, src.lastIndexOf('/w/'));
  const prefix = `tresen:${gateway}:${department}:`;
  const kept = names();
  const running = kept.includes(`${prefix}run`);
  const core = department.includes(' ') ? 'choose' : 'chat'; // of several departments the visitor chooses one first
  const part = async (/** @type {string} */ name) => bring(gateway, name, (await bring(gateway, 'sums', SUMS)).default[name]);
  /** @param {string} name @param {(module: any) => void} [use] */
  const soon = (name, use) => part(name).then(use).catch(() => {});
  if (running) soon(core);

  const answer = await ask(`${gateway}/w/1/status/${department}?lang=${lang.match(/^[a-z]*/i)}`).catch(() => ({}));
  const { availability = '', domain = '', lang: language = 'en', dir = 'ltr', texts = ENGLISH } = answer;
  /** @type {Record<string, string>} */
  const look = { ...answer, ...dataset };
  if (look.greeting) texts.hello = look.greeting;
  const absent = availability === 'unavailable' && look.absent;
  const { host, frame, button } = draw(look, absent === 'hint' ? texts.unavailable : look.launcher === 'text' ? texts.open : '');
  Object.assign(frame, { lang: language, dir, hidden: absent === 'hide' && !running });
  const set = button.setAttribute.bind(button);
  const label = (/** @type {string} */ state) => texts.open + (texts[state] ? `. ${texts[state]}` : '');
  const show = (/** @type {string} */ state) => {
    set('aria-label', label(state));
    button.title = texts[state] || texts.open;
    set('data-availability', state);
  };
  set('part', 'launcher');
  set('aria-haspopup', 'dialog');
  set('aria-expanded', 'false');
  show(availability);

  const context = { gateway, department, prefix, lang: language, root: host.shadowRoot, frame, button, label, domain, availability, texts, part, dataset };
  /** @type {Promise<import('./main.js').Parts>|undefined} */
  let chat;
  const begin = async (/** @type {unknown} */ open) => {
    set('aria-busy', 'true');
    try {
      const parts = await (chat ||= part(core).then((module) => module.start(context)));
      if (open) parts.toggle();
    } catch {
      chat = undefined;
      show('failed');
    }
    set('aria-busy', 'false');
    return chat;
  };
  const hint = () => [soon(core), soon(language)];
  for (const type of ['pointerenter', 'focus']) button.addEventListener(type, hint, { once: true });
  button.addEventListener('click', begin);
  for (const name of answer.parts || []) soon(name, (module) => module.start(context, begin, answer));
  if (running) begin(kept.includes(`${prefix}open`) && !matchMedia('(max-width:480px),(max-height:400px)').matches);

  const take = takeOver(() => part('api').then((module) => module.make(context, begin, chat)));
  const appear = () => {
    if (!host.isConnected) document.body?.append(host);
  };
  // A body that comes late, or another one in its place.
  new MutationObserver(appear).observe(document.documentElement, { childList: true });
  return () => {
    appear();
    take();
  };
}

/**
 * The page's own calls, if it makes any: those that wait, and from now on each at once.
 * @typedef {Promise<(...call: any[]) => void>} Api
 * @param {() => Api} bring
 */
function takeOver(bring) {
  /** @type {Api|undefined} */
  let api;
  const queue = { push: (/** @type {any[]} */ call) => (api ||= bring()).then((act) => act(...call)) };
  return () => {
    const { tresen } = /** @type {any} */ (window);
    if (!tresen || tresen.q === queue) return;
    tresen.q?.forEach(queue.push);
    tresen.q = queue;
  };
}

/**
 * A file of this build, if no byte of it is another than was built: what is preloaded so is what import() then runs.
 * COMPAT: browsers that know no preloading of modules fetch it without a check.
 * @param {string} gateway @param {string} name @param {string} integrity
 */
async function bring(gateway, name, integrity) {
  const href = `${gateway}/w/${VERSION}/${name}.js`;
  const link = Object.assign(make('link', ''), { rel: 'modulepreload', integrity, href });
  if (link.relList.supports(link.rel)) await new Promise((onload, onerror) => document.head.append(Object.assign(link, { onload, onerror })));
  link.remove();
  return import(href);
}

/** @param {string} url */
const ask = (url) => fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(5000) }).then((answer) => answer.json());

/** Of all that is kept here; what the chat keeps begins with the prefix (store.js). */
function names() {
  try {
    return `${Object.keys(localStorage)} ${Object.keys(sessionStorage)}`; // names alone: what others keep may be large
  } catch {
    return '';
  }
}

const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
if (script) {
  (/** @type {any} */ (window)[HERE] ||= load(script)).then((/** @type {() => void} */ again) => again());
}
