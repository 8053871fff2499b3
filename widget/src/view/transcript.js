/**
 * The conversation as a file of the visitor's own: as text, or as a page that prints well and needs nothing else. It is made here, of
 * what the archive has, and goes nowhere. Fetched when somebody saves, so it is a file of its own in the bundle.
 *
 * What others wrote stays what they wrote: in the page nothing of it is markup, in the text what follows a line break is
 * set in, so that no line looks as if somebody else had said it, and nothing turns the direction of what stands around it.
 *
 * @typedef {{day: string, time: string, by: string, name: string, lines: string[], quoted: string, marks: string[]}} Said
 * @typedef {{title: string, about: string[], said: Said[], lang: string, dir: string}} Record
 */
import { fetchAll } from '../archive.js';
import { fileIn, spell } from '../file.js';
import print from '../styles/transcript.css';
import { escape, x } from '../xml.js';

export const css = '';

const QUOTED = 120;
const KEPT_MS = 60000;
/** What would turn the direction, or look like a line of its own. */
const TURNS = /[\u0000-\u0008\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g; // eslint-disable-line no-control-regex
const BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** @param {string} text */
const linesOf = (text) => text.split(BREAK).map((line) => line.replace(TURNS, ''));
/** @param {string} text */
const oneLine = (text) => linesOf(text).join(' ');

/** @param {string} text */
const clip = (text) => ([...text].length > QUOTED ? `${[...text].slice(0, QUOTED).join('')}…` : text);

/** What stands in the cards below a line. @param {HTMLElement} panel @param {string} id */
function cardsOf(panel, id) {
  const row = panel.querySelector(`.row[data-id="${CSS.escape(id)}"]`);
  return [...row?.querySelectorAll('.page-address, .page-state, .ask-title, .ask-words, .ask-state') || []].flatMap((e) => linesOf(e.textContent || ''));
}

/**
 * @param {import('../chat.js').Chat} chat @param {import('../main.js').Words} t @param {Intl.Locale} locale @param {HTMLElement} panel
 * @returns {Said[]}
 */
function saidIn(chat, t, locale, panel) {
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const nameOf = (/** @type {{by: string, name: string}} */ { by, name }) => (by === 'desk' ? '' : by === 'visitor' ? t('you') : oneLine(name) || t('team'));
  const wordsOf = (/** @type {string} */ body) => {
    const file = fileIn(body);
    return file ? [file.size ? `${file.name} (${spell(file.size, t)})` : file.name] : linesOf(body);
  };
  return chat.entries.map((entry) => {
    const { id, by, body, time, state, edit = ['', '', '', ''] } = entry;
    const [fate, own, theirs, answers, page, form] = edit;
    const quoted = answers ? chat.named(answers) : undefined;
    const marks = [fate === 'corrected' && t('edit.corrected'), own && `${t('you')}: ${oneLine(own)}`, theirs && `${t('team')}: ${oneLine(theirs)}`,
      (state === 'failed' || state === 'sending') && t(`line.${state}`)];
    return {
      day: days.format(time), time: times.format(time), by, name: nameOf(entry),
      lines: fate === 'retracted' ? [t('edit.retracted')] : [...wordsOf(body), ...page || form ? cardsOf(panel, id) : []],
      quoted: quoted?.body ? `${nameOf(quoted)}: ${clip(wordsOf(quoted.body).join(' '))}` : '',
      marks: /** @type {string[]} */ (marks.filter(Boolean)),
    };
  });
}

/** @param {Record} record @returns {string} */
export function asText({ title, about, said }) {
  const out = [title, ...about];
  let last = '';
  for (const { day, time, by, name, lines, quoted, marks } of said) {
    if (day !== last) out.push('', '', day, '');
    last = day;
    const marked = marks.length ? [`(${marks.join('; ')})`] : [];
    const [first, ...rest] = by === 'desk' ? lines.map((line, i) => (i ? line : `* ${line}`)) : [...quoted ? [`> ${quoted}`] : [], ...lines, ...marked];
    out.push(`${time}  ${by === 'desk' ? '' : `${name}: `}${first}`, ...rest.map((line) => `      ${line}`));
  }
  return `\ufeff${out.join('\n')}\n`; // by the mark at its start every editor knows that it is UTF-8
}

/** @param {Record} record @returns {string} */
export function asPage({ title, about, said, lang, dir }) {
  const days = [];
  let last = '';
  for (const { day, time, by, name, lines, quoted, marks } of said) {
    if (day !== last) days.push(x('h2', {}, escape(day)));
    last = day;
    const words = x('div', { class: 'text', dir: 'auto' }, lines.map(escape).join('<br>') || ' ');
    const clock = x('time', {}, escape(time));
    days.push(by === 'desk' ? x('div', { class: 'notice' }, words, clock) : x('div', { class: `line ${by === 'visitor' ? 'own' : 'other'}` },
      x('p', { class: 'who' }, x('bdi', {}, escape(name)), ' ', clock),
      quoted && x('blockquote', { dir: 'auto' }, escape(quoted)), words, marks.length ? x('p', { class: 'marks' }, escape(marks.join(' · '))) : ''));
  }
  // Nothing in it can be run or fetched, whatever stands in it.
  return `<!DOCTYPE html>\n<html lang='${escape(lang)}' dir='${escape(dir)}'><head><meta charset='utf-8'>
<meta http-equiv='Content-Security-Policy' content="default-src 'none'; style-src 'unsafe-inline'">
<meta name='viewport' content='width=device-width'>${x('title', {}, escape(title))}<style>${print}</style></head>
<body>${x('header', {}, x('h1', {}, escape(title)), ...about.map((line) => x('p', {}, escape(line))))}
<main>${days.join('\n')}</main></body></html>\n`;
}

/** As in 2026-01-31, where the visitor is. @param {number} time */
const dateOf = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 10);

/** @param {Pick<import('../main.js').Dom, 'h'>} dom @param {string} name @param {string} content @param {string} type */
function download({ h }, name, content, type) {
  const href = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  h('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}

/**
 * @param {'text'|'page'} kind @param {Parameters<import('../main.js').Make>} given
 * @returns {Promise<string>} what became of it, in words
 */
export async function save(kind, ...[dom, t, panel, , visit, , , { chat, locale }]) {
  const whole = await fetchAll(chat, visit);
  await new Promise((drawn) => { setTimeout(drawn); }); // the cards of what came last
  const { lang, dir } = /** @type {HTMLElement} */ (panel.parentElement);
  const number = chat.chat.number || chat.tickets[0]?.number || '';
  const department = oneLine(chat.department);
  const now = Date.now();
  const about = [number && `${location.host} · ${t('ticket.number', { number })}` || location.host,
    t('save.at', { time: new Date(now).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' }) }), whole ? '' : t('save.part')].filter(Boolean);
  const record = { title: department ? t('save.title', { department }) : t('log'), about, said: saidIn(chat, t, locale, panel), lang, dir };
  const name = ['chat', dateOf(now), number].filter(Boolean).join('-');
  if (kind === 'text') download(dom, `${name}.txt`, asText(record), 'text/plain');
  else download(dom, `${name}.html`, asPage(record), 'text/html');
  return [t('save.done', { name: `${name}.${kind === 'text' ? 'txt' : 'html'}` }), whole ? '' : t('save.part')].join(' ').trim();
}
