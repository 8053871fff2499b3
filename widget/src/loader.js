/**
 * The one script that a website embeds. It draws the launcher and asks who is there; the chat itself is fetched when
 * somebody points at the launcher, focuses or presses it, or when a conversation is going on. A classic script: it needs
 * no CORS, and `document.currentScript` tells where the gateway is.
 */
import css from './styles/launcher.css';
import words from './i18n/launcher.js';

const CHAT = 'M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20l1.2-5A8.5 8.5 0 1 1 21 11.5';
const CLOSE = 'M6 9l6 6 6-6';
const SVG = 'http://www.w3.org/2000/svg';
const HERE = Symbol.for('tresen.chat');

/** The launcher in its shadow root. @param {DOMStringMap} options the tag's data-* @param {string} language */
function draw({ color = '', position }, language) {
  const host = document.createElement('tresen-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const frame = document.createElement('div');
  frame.className = `frame ${position}`;
  frame.lang = language;
  frame.dir = 'ltr';
  paint(frame, color);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launcher';
  for (const path of [CHAT, CLOSE]) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', path);
    svg.append(line);
    button.append(svg);
  }
  const dot = document.createElement('span');
  dot.className = 'dot';
  button.append(dot);
  frame.append(button);
  root.append(frame);
  // What is typed in the chat is not the page's: its shortcuts must not hear it.
  for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'paste', 'copy', 'cut']) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
  return { host, root, button };
}

/** @param {HTMLScriptElement} script */
function load({ src, dataset }) {
  const { department = '', lang = document.documentElement.lang || navigator.language } = dataset;
  const base = src.replace(/[^/]*$/, '');
  const gateway = base.replace(/\/w\/[^/]*\/$/, '');
  const exact = `${gateway}/w/${VERSION}/`;
  const language = /^de\b/i.test(lang) ? 'de' : 'en';
  const prefix = `tresen:${gateway}:${department}:`;
  const t = words[language];
  const { host, root, button } = draw(dataset, language);
  const set = button.setAttribute.bind(button);
  const label = (/** @type {string} */ state) => t.open + (t[state] ? `. ${t[state]}` : '');
  const show = (/** @type {string} */ state) => {
    set('aria-label', label(state));
    button.title = t[state] || t.open;
    set('data-availability', state);
  };
  const context = { gateway, department, prefix, lang: language, root, button, label, domain: '', availability: '' };
  /** @type {Promise<{toggle(open?: boolean): void}>|undefined} */
  let chat;

  // This version's files; where the gateway has a newer one by now, those that are beside the loader.
  const fetchChat = () => import(`${exact}chat.js`).catch(() => import(`${base}chat.js`));
  const begin = async (/** @type {boolean} */ open) => {
    set('aria-busy', 'true');
    try {
      const { toggle } = await (chat ||= fetchChat().then((module) => module.start(context)));
      if (open) toggle();
    } catch {
      chat = undefined;
      show('failed');
    }
    set('aria-busy', 'false');
  };
  const hint = once(() => {
    for (const name of ['chat', language]) {
      const link = document.createElement('link');
      link.rel = 'modulepreload';
      link.href = `${exact}${name}.js`;
      link.crossOrigin = 'anonymous';
      document.head.append(link);
    }
  });
  button.addEventListener('pointerenter', hint);
  button.addEventListener('focus', hint);
  button.addEventListener('click', () => begin(true));
  for (const [name, value] of Object.entries({ part: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' })) set(name, value);
  show('');
  const appear = () => {
    document.body.append(host);
    const kept = keysOf(prefix);
    if (kept.some((key) => key.startsWith('run'))) begin(kept.includes('open') && !matchMedia('(max-width: 480px)').matches);
    else if (department) {
      ask(`${gateway}/w/1/status/${department}`).then((answer) => {
        ({ availability: context.availability, domain: context.domain } = answer);
        if (!chat && t[answer.availability]) show(answer.availability);
      }, () => {}); // not known: the launcher says nothing about it
    }
  };
  if (document.body) appear();
  else document.addEventListener('DOMContentLoaded', appear);
}

/** @param {() => void} act */
function once(act) {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** @param {string} url */
const ask = async (url) => (await fetch(url, { credentials: 'omit' })).json();

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
if (script instanceof HTMLScriptElement && !(HERE in window)) {
  Object.defineProperty(window, HERE, { value: true });
  load(script);
}
