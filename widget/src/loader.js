/**
 * The one script that a website embeds. It asks who is there, and is told with that how the launcher looks and what it
 * says; then it draws it. The chat itself is fetched when somebody points at the launcher, focuses or presses it, or when a
 * conversation is going on. A classic script: it needs no CORS, and `document.currentScript` tells where the gateway is.
 */
import css from './styles/launcher.css';

const CHAT = 'M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20l1.2-5A8.5 8.5 0 1 1 21 11.5';
const CLOSE = 'M6 9l6 6 6-6';
const SVG = 'http://www.w3.org/2000/svg';
const HERE = Symbol.for('tresen.chat');

/** @param {string} name @param {string} className */
const make = (name, className) => Object.assign(document.createElement(name), { className });

/** The launcher in its shadow root. @param {Record<string, string>} look @param {string} words shown on it; empty: none */
function draw({ color = '', position }, words) {
  const host = document.createElement('tresen-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const frame = make('div', `frame ${position}`);
  paint(frame, color);
  const button = make('button', 'launcher');
  button.setAttribute('type', 'button');
  for (const path of [CHAT, CLOSE]) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', path);
    svg.append(line);
    button.append(svg);
  }
  const label = make('span', 'label');
  label.append(words);
  button.append(label, make('span', 'dot'));
  frame.append(button);
  root.append(frame);
  // What is typed in the chat is not the page's: its shortcuts must not hear it.
  for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'paste', 'copy', 'cut']) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
  return { host, root, frame, button };
}

/** @param {HTMLScriptElement} script @returns {Promise<() => void>} what another tag does, too */
async function load({ src, dataset }) {
  const { department = '', lang = document.documentElement.lang || navigator.language } = dataset;
  const base = src.replace(/[^/]*$/, '');
  const gateway = base.replace(/\/w\/[^/]*\/$/, '');
  const prefix = `tresen:${gateway}:${department}:`;
  const kept = keysOf(prefix);
  const running = kept.some((key) => key.startsWith('run'));
  // This version's files; where the gateway has a newer one by now, those that are beside the loader.
  const part = (/** @type {string} */ name) => import(`${gateway}/w/${VERSION}/${name}.js`).catch(() => import(`${base}${name}.js`));
  const soon = (/** @type {string} */ name) => part(name).catch(() => {});
  if (running) soon('chat');

  const answer = await ask(`${gateway}/w/1/status/${department}?lang=${lang.split(/[^a-z]/i)[0]}`).catch(() => ({}));
  const { availability = '', domain = '', lang: language = 'en', dir = 'ltr', texts = ENGLISH } = answer;
  /** @type {Record<string, string>} */
  const look = { ...answer, ...dataset };
  if (look.greeting) texts.hello = look.greeting;
  const absent = availability === 'unavailable' && look.absent;
  const { host, root, frame, button } = draw(look, absent === 'hint' ? texts.unavailable : look.launcher === 'text' ? texts.open : '');
  frame.lang = language;
  frame.dir = dir;
  frame.hidden = absent === 'hide' && !running;
  const set = button.setAttribute.bind(button);
  const label = (/** @type {string} */ state) => texts.open + (texts[state] ? `. ${texts[state]}` : '');
  const show = (/** @type {string} */ state) => {
    set('aria-label', label(state));
    button.title = texts[state] || texts.open;
    set('data-availability', state);
  };
  for (const [name, value] of Object.entries({ part: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' })) set(name, value);
  show(availability);

  const context = { gateway, department, prefix, lang: language, root, frame, button, label, domain, availability, texts };
  /** @type {Promise<import('./main.js').Parts>|undefined} */
  let chat;
  const begin = async (/** @type {unknown} */ open) => {
    set('aria-busy', 'true');
    try {
      const parts = await (chat ||= part('chat').then((module) => module.start(context)));
      if (open) parts.toggle();
    } catch {
      chat = undefined;
      show('failed');
    }
    set('aria-busy', 'false');
    return chat;
  };
  const hint = () => ['chat', language].forEach(soon);
  button.addEventListener('pointerenter', hint, { once: true });
  button.addEventListener('focus', hint, { once: true });
  button.addEventListener('click', begin);
  if (running) begin(kept.includes('open') && !matchMedia('(max-width: 480px)').matches);

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
    const calls = tresen.q || [];
    tresen.q = queue;
    for (const call of calls) queue.push(call);
  };
}

/** @param {string} url */
const ask = async (url) => (await fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(5000) })).json();

/** What the chat has kept (store.js). @param {string} prefix */
function keysOf(prefix) {
  try {
    return Object.keys({ ...localStorage, ...sessionStorage }).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

/** The site's colour, and black or white on it, whichever is read better. @param {HTMLElement} frame @param {string} color */
function paint(frame, color) {
  const hex = /^#([\da-f]{6})$/i.exec(color.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3'));
  if (!hex) return;
  const [r, g, b] = [16, 8, 0].map((shift) => ((parseInt(hex[1], 16) >> shift & 255) / 255) ** 2.2);
  frame.style.setProperty('--accent', hex[0]);
  frame.style.setProperty('--on-accent', 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.2 ? '#111' : '#fff');
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const place = /** @type {any} */ (window);
  (place[HERE] ||= load(script)).then((/** @type {() => void} */ again) => again());
}
