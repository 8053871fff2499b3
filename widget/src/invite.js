/**
 * Invites a visitor who has not asked to a chat (docs/PROTOCOL.md section 21): a small card beside the launcher, in the name of an
 * agent who is free just then. Conditions are looked at here, and nobody is told of them. Fetched where the answer before the click says
 * that there are invitations; a file of its own in the bundle, with its styles and words.
 *
 * Stored under the chat's prefix: `invited`, when an invitation was closed or taken; `visits`, how many there were and when the last
 * began, only once the page has said that it may: tresen('consent').
 *
 * @typedef {import('./main.js').Context} Context
 * @typedef {{
 *   id: string, text: string, page?: string, after?: number, scroll?: number, returns?: boolean, leaves?: boolean,
 *   attribute?: string, min?: number, visits?: number, rest?: number,
 * }} Rule
 */
import css from './styles/invite.css';

const LOOK_MS = 500;
/** So long without a page ends a visit. */
const VISIT_MS = 30 * 60 * 1000;
const CROSS = 'M6 6l12 12M18 6L6 18';
const SVG = 'http://www.w3.org/2000/svg';
/** @type {Record<string, string>} */
export const CLOSE = { ar: 'إغلاق', de: 'Schließen', en: 'Close', es: 'Cerrar', fr: 'Fermer', pl: 'Zamknij', tr: 'Kapat' };

/** What is kept under that name; a browser that refuses has nothing. @param {string} name */
function kept(name) {
  try {
    return localStorage.getItem(name) || '';
  } catch {
    return '';
  }
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It is asked again on the next page.
  }
}

/** How far down the page, in per cent. */
const depth = () => (scrollY + innerHeight) / document.documentElement.scrollHeight * 100;

/** @param {Rule} rule */
const hasAttribute = ({ attribute, min }) => [...document.querySelectorAll(`[data-${attribute}]`)].some((element) => {
  const value = element.getAttribute(`data-${attribute}`) || '';
  return min ? Number(value) >= min : value && value !== '0';
});

/** @param {string} prefix @returns {number} which visit this is */
function count(prefix) {
  const [visits, last] = kept(`${prefix}visits`).split(' ').map(Number);
  const now = Date.now();
  const next = (visits || 0) + (now - (last || 0) > VISIT_MS ? 1 : 0);
  keep(`${prefix}visits`, `${next} ${now}`);
  return next;
}

/** @param {string} tag @param {string} name @param {(Node|string)[]} children */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('part', name);
  element.append(...children);
  return element;
}

/** @param {string} name @param {() => void} act @param {Node|string} child */
function makeButton(name, act, child) {
  const button = make('button', name, child);
  button.setAttribute('type', 'button');
  button.addEventListener('click', act);
  return button;
}

function cross() {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', CROSS);
  svg.append(line);
  return svg;
}

/**
 * The card. It takes no focus and covers nothing but its corner; what it says is read out once.
 * @param {Context} context @param {string} name of the agent @param {string} text @param {() => void} accept @param {() => void} close
 */
function show({ root, button, gateway, lang, texts, part }, name, text, accept, close) {
  const avatar = make('div', 'invite-avatar', [...name][0].toUpperCase());
  avatar.setAttribute('aria-hidden', 'true');
  const words = make('p', 'invite-words');
  words.setAttribute('role', 'status');
  words.dir = 'auto';
  const no = makeButton('invite-close', close, cross());
  no.setAttribute('aria-label', no.title = CLOSE[lang] || CLOSE.en);
  const card = make('section', 'invite', avatar, make('b', 'invite-name', name), no, words, makeButton('invite-accept', accept, texts.open));
  card.setAttribute('aria-label', name);
  card.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') close();
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  button.before(card);
  setTimeout(() => words.append(text)); // into a status that was there before: so it is read out
  part('face').then((m) => m.show(avatar, name, gateway)).catch(() => {}); // decoration
  return card;
}

/**
 * @param {Context} context
 * @param {(open?: unknown) => Promise<import('./main.js').Parts|undefined>} begin brings the chat
 * @param {import('./consent.js').Answer} answer
 */
// eslint-disable-next-line max-lines-per-function -- one invitation from the first look to its end: what it shares is what it has seen of the page
export async function start(context, begin, { over }) {
  const { gateway, department, prefix, lang, frame, button, texts } = context;
  const ask = async (of = department) => (await fetch(`${gateway}/w/1/invite/${of}?lang=${lang}`, { credentials: 'omit' })).json();
  const first = await ask();
  /** @type {Rule[]} */
  const rules = first['rules'];
  /** Of several departments, the one that invites. @type {string|undefined} */
  const chosen = first['department'];
  let page = '';
  let since = 0;
  let left = false;
  let returned = false;
  let visits = 0;
  document.documentElement.addEventListener('mouseleave', ({ clientY }) => { left ||= clientY <= 0; });
  document.addEventListener('visibilitychange', () => { returned ||= !document.hidden; });

  /** Nobody is asked who is talking, has opened the panel or shall not see the button. */
  const talks = () => button.getAttribute('aria-expanded') === 'true' || kept(`${prefix}run`);

  /** @param {Rule} rule */
  const holds = (rule) => (!rule.page || (rule.page[0] === '/' ? location.pathname : location.href).startsWith(rule.page))
    && Date.now() - since >= (rule.after || 0) * 1000 && depth() >= (rule.scroll || 0)
    && (!rule.leaves || left) && (!rule.returns || returned)
    && (!rule.attribute || hasAttribute(rule)) && (!rule.visits || visits >= rule.visits)
    && Date.now() - Number(kept(`${prefix}invited`)) >= (rule.rest || 0) * 1000;

  /** @param {Rule} rule @param {string} name */
  function invite({ id, text }, name) {
    const close = () => {
      keep(`${prefix}invited`, `${Date.now()}`);
      const focused = card.contains(context.root.activeElement);
      card.remove();
      if (focused) button.focus({ preventScroll: true });
    };
    const accept = async () => {
      if (!chosen) texts.hello = text;
      close();
      const parts = await begin();
      if (!parts) return;
      await parts.choose?.(chosen || '', text);
      let told = false;
      const earlier = context.tell;
      context.tell = (chat, open) => {
        earlier?.(chat, open);
        if (told || !chat.department) return; // not checked in
        told = true;
        parts.visit.answer({ invitation: id }).catch(() => {});
      };
      if (parts.choose) parts.draw();
      else parts.toggle(true);
    };
    const card = show(context, name, text, accept, close);
    // Whoever opens the panel by themselves has no need of it.
    new MutationObserver((_, observer) => {
      if (talks()) card.remove();
      if (!card.isConnected) observer.disconnect();
    }).observe(button, { attributes: true });
  }

  const timer = setInterval(async () => {
    if (talks() || over?.()) {
      clearInterval(timer);
      return;
    }
    if (page !== location.pathname) {
      page = location.pathname;
      since = Date.now();
      left = returned = false;
    }
    if (context.consent && !visits && rules.some((rule) => rule.visits)) visits = count(prefix);
    const rule = !document.hidden && !frame.hidden && rules.find(holds);
    if (!rule) return;
    clearInterval(timer);
    const { 'agent': name } = await ask(chosen).catch(() => ({}));
    if (name && !talks() && !over?.()) invite(rule, name);
  }, LOOK_MS);
}
