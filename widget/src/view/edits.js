/**
 * What becomes of lines: corrections (XEP-0308), retractions (XEP-0424), reactions (XEP-0444), replies (XEP-0461), read from
 * messages and shown in the log. Fetched with the first message that has one, so it is a file of its own in the bundle,
 * with its styles; what it needs it is given.
 *
 * Live they change the line they are about. In history each line comes as it is now, so that changes count only in what came
 * after the last line that was known (docs/PROTOCOL.md section 12).
 *
 * @typedef {import('../xml.js').Element} Element
 * @typedef {import('../chat.js').Line} Line
 * @typedef {{body: string, by: string, name: string, edit?: Edit}} Shown
 * @typedef {[state: ''|'corrected'|'retracted', visitor: string, agent: string, answers: string, page?: string, form?: string]} Edit reactions with blanks between them; id of the line that it answers; the page that is offered (pages.js); the form that was sent (asks.js)
 */
import { fileIn } from '../file.js';
import asks from '../styles/asks.css';
import edits from '../styles/edits.css';
import { makeAsks } from './asks.js';
import { makePages } from './pages.js';

export const css = edits + asks;

const VISIT = 'urn:tresen:visit:1';
const FALLBACK = 'urn:xmpp:fallback:0';
const QUOTED = 120;

/** @param {Element} message @param {string} name @param {string} ns */
const find = (message, name, ns) => /** @type {Element|undefined} */ (
  message.children.find((c) => typeof c !== 'string' && c.name === name && c.ns === ns));

/** @param {Element|undefined} element */
const elements = (element) => /** @type {Element[]} */ (element?.children.filter((c) => typeof c !== 'string') || []);

/** @param {string} text */
const clip = (text) => ([...text].length > QUOTED ? `${[...text].slice(0, QUOTED).join('')}…` : text);

/** The body without what stands there for who does not know replies (XEP-0428). @param {Element} message @param {string} body */
function unquoted(message, body) {
  for (const fallback of elements(message)) {
    const part = fallback.ns === FALLBACK && fallback.attrs.for === 'urn:xmpp:reply:0' && find(fallback, 'body', FALLBACK);
    if (part) {
      const points = [...body];
      points.splice(+part.attrs.start, +part.attrs.end - +part.attrs.start);
      return points.join('') || body;
    }
  }
  return body;
}

/**
 * @param {{h: typeof import('./h.js').h, say: typeof import('./h.js').say, attribute: typeof import('./h.js').attribute}} dom @param {import('../main.js').Words} t
 * @param {{named(id: string): Shown|undefined}} chat @param {HTMLElement} host where what changed is read out @param {() => void} draw
 * @param {import('./pages.js').Stream} stream @param {(name: string) => Promise<any>} piece fetches a file, with its styles
 */
// eslint-disable-next-line max-lines-per-function -- three readers and what they share
export function makeEdits(dom, t, chat, host, draw, stream, piece) {
  const { h, say } = dom;
  const news = h('span', { class: 'words', role: 'status' });
  host.append(news);
  const pages = makePages(h, t, (text) => say(news, text), draw, stream);
  const forms = makeAsks(dom, t, (text) => say(news, text), draw, stream, () => piece('form'));

  /** @param {Shown} entry @returns {Edit} */
  const editOf = (entry) => /** @type {Edit} */ ([...(entry.edit || ['', '', '', ''])]);
  const nameOf = (/** @type {{by: string, name: string}} */ { by, name }) => (by === 'visitor' ? t('you') : name || t('team'));

  /** @param {Element} message @param {Line} line @param {boolean} counts @returns {boolean} it is a change, and no line */
  function change(message, line, counts) {
    const replace = find(message, 'replace', 'urn:xmpp:message-correct:0');
    const retract = find(message, 'retract', 'urn:xmpp:message-retract:1');
    const reactions = find(message, 'reactions', 'urn:xmpp:reactions:0');
    const about = replace || retract || reactions;
    if (!about) return false;
    const entry = chat.named(about.attrs.id || '');
    if (!entry || !counts) return true;
    const edit = editOf(entry);
    let key = 'said.corrected';
    let text = line.body;
    if (replace) {
      edit[0] = 'corrected';
      entry.body = text;
      const file = fileIn(text); // the link to it has come before
      if (file) [key, text] = ['said.file', file.name];
    } else if (retract) {
      key = 'said.retracted';
      text = '';
      edit.splice(0, 4, 'retracted', '', '', '');
      entry.body = '';
    } else {
      text = elements(reactions).map((e) => e.children.join('')).join(' ');
      key = text ? 'said.reacted' : 'said.unreacted';
      edit[line.by === 'visitor' ? 1 : 2] = text;
    }
    entry.edit = edit;
    if (line.by !== 'visitor') say(news, t(key, { name: nameOf(line), text, line: clip(entry.body) }));
    draw();
    return true;
  }

  /** What history says of a line, and what a reply answers. @param {Element} message @param {Line & Shown} line */
  function fate(message, line) {
    pages.offered(message, line);
    forms.requested(message, line);
    const cards = line.edit?.slice(4) || [];
    const { corrected, retracted, 'visitor-reactions': visitor = '', 'agent-reactions': agent = '' } = find(message, 'line', VISIT)?.attrs || {};
    const reply = find(message, 'reply', 'urn:xmpp:reply:0');
    if (reply) line.body = unquoted(message, line.body);
    if (retracted) line.body = '';
    if (!corrected && !retracted && !visitor && !agent && !reply) return;
    line.edit = [retracted ? 'retracted' : corrected ? 'corrected' : '', visitor, agent, (!retracted && reply?.attrs.id) || ''];
    line.edit.push(...cards);
  }

  return {
    /** @param {Element} message @param {Line} line @param {boolean} counts @returns {boolean} nothing more is to be done with it */
    hear(message, line, counts) {
      const done = forms.settled(message, line) || pages.answered(message) || change(message, line, counts);
      if (!done) fate(message, line);
      return done;
    },
    /** @param {HTMLElement} row @param {Shown} entry */
    show(row, { edit = ['', '', '', ''] }) {
      const [state, visitor, agent, answers, page, form] = edit;
      const quoted = answers && chat.named(answers);
      const text = /** @type {HTMLElement|null} */ (row.querySelector('.text'));
      const bubble = row.querySelector('.bubble');
      if (!text || !bubble) return;
      if (page) pages.show(text, page);
      if (form) forms.show(text, form);
      if (quoted && quoted.body) bubble.prepend(h('div', { class: 'quoted' }, `${nameOf(quoted)}: `, h('bdi', {}, clip(quoted.body))));
      if (state === 'retracted') text.replaceChildren(h('em', { class: 'retracted' }, t('edit.retracted')));
      if (state === 'corrected') row.querySelector('.meta')?.prepend(h('span', { class: 'corrected' }, t('edit.corrected')));
      const made = [[visitor, t('you')], [agent, t('team')]].flatMap(([list, name]) => list.split(' ').filter(Boolean)
        .map((emoji) => h('span', { class: 'reaction', title: name }, h('span', { class: 'words' }, `${name}: `), emoji)));
      if (made.length) row.append(h('div', { class: 'reactions' }, ...made));
    },
  };
}
