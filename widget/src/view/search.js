/**
 * Finds words in the conversation, all of it: literally, whether letters are large or small, with accents or without. Hits are
 * buttons that lead to their line. Fetched when somebody searches, so it is a file of its own in the bundle, with its styles.
 */
import { fetchAll } from '../archive.js';
import { fileIn } from '../file.js';
import css from '../styles/search.css';

export { css };

const SHOWN = 100;
const LENGTH = 100;
const BEFORE = 24;
const BEHIND = 90;
const PAUSE_MS = 200;
/** Letters that have no form without their mark. */
const PLAIN = /** @type {Record<string, string>} */ ({ ı: 'i', ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae', œ: 'oe', 'ـ': '' });

/** A text without case and accents, and for each of its characters where it comes from. @param {string} text */
export function fold(text) {
  let folded = '';
  /** @type {number[]} */
  const from = [];
  let at = 0;
  for (const point of text) {
    const plain = [...point.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')].map((c) => PLAIN[c] ?? c).join('').replace(/\s/g, ' ');
    for (let i = 0; i < plain.length; i++) from.push(at);
    folded += plain;
    at += point.length;
  }
  from.push(at);
  return { folded, from };
}

/** The first hit, with what stands around it. @param {string} text @param {string} wanted folded @returns {[string, string, string]|undefined} */
export function find(text, wanted) {
  const { folded, from } = fold(text);
  const at = folded.indexOf(wanted);
  if (at < 0) return undefined;
  const [begin, end] = [from[at], from[at + wanted.length]];
  const left = from[Math.max(0, at - BEFORE)];
  const right = from[Math.min(folded.length, at + wanted.length + BEHIND)];
  return [(left ? '…' : '') + text.slice(left, begin), text.slice(begin, end), text.slice(end, right) + (right < text.length ? '…' : '')];
}

/** @param {import('../chat.js').Entry[]} entries @param {string} wanted */
const hitsIn = (entries, wanted) => entries.flatMap((entry) => {
  const hit = find(fileIn(entry.body)?.name || entry.body, wanted);
  return hit ? [{ entry, hit }] : [];
});

/** @param {Parameters<import('../main.js').Make>} given */
// eslint-disable-next-line max-lines-per-function -- the field, what it finds and where that leads
export function make(...[dom, t, panel, , visit, , , { chat, locale }]) {
  const { button, h, say } = dom;
  const opener = /** @type {HTMLElement} */ (panel.querySelector('.more'));
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  let whole = true;

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE_MS);
  };
  const input = /** @type {HTMLInputElement} */ (h('input', { class: 'search-input', type: 'search', dir: 'auto', maxlength: String(LENGTH), autocomplete: 'off', enterkeyhint: 'search',
    'aria-label': t('search'), placeholder: t('search'), oninput: later }));
  const found = h('p', { class: 'search-found', role: 'status' });
  const list = h('ol', { class: 'hits' });
  const element = h('div', { class: 'search', role: 'search', hidden: true, onkeydown: (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation(); // the panel stays
    event.preventDefault();
    close();
  } }, h('div', { class: 'search-line' }, input, button('link search-close', close, t('search.close'))), found, list);
  panel.querySelector('.middle')?.before(element);

  function close() {
    element.hidden = true;
    opener.focus();
  }

  /** @param {import('../chat.js').Entry} entry @param {[string, string, string]} hit */
  function row({ id, by, name, time }, [before, word, behind]) {
    const who = by === 'desk' ? '' : by === 'visitor' ? t('you') : name || t('team');
    return h('li', {}, button('hit', () => go(id), h('span', { class: 'hit-about' }, h('bdi', {}, who), who && ' · ',
      new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })), h('span', { class: 'hit-text', dir: 'auto' }, before, h('mark', {}, word), behind)));
  }

  /** @param {string} id */
  function go(id) {
    const line = /** @type {HTMLElement|null} */ (panel.querySelector(`.row[data-id="${CSS.escape(id)}"]`));
    if (!line) return; // the desk has begun anew meanwhile
    line.tabIndex = -1;
    line.scrollIntoView({ block: 'center' });
    line.focus({ preventScroll: true });
  }

  function look() {
    const wanted = fold(input.value.trim()).folded;
    const hits = wanted ? hitsIn(chat.entries, wanted) : [];
    const n = hits.length;
    list.replaceChildren(...hits.slice(-SHOWN).reverse().map(({ entry, hit }) => row(entry, hit)));
    say(found, [!wanted ? '' : !n ? t('search.none') : t(n > SHOWN ? 'search.many' : 'search.found', { n }), whole ? '' : t('search.part')].join(' ').trim());
  }

  return {
    async open() {
      element.hidden = false;
      input.select();
      input.focus();
      look();
      if (chat.synced && !chat.older) return;
      say(found, t('save.busy'));
      whole = await fetchAll(chat, visit);
      look();
    },
  };
}
