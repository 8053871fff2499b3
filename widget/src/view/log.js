/** The lines of the conversation: role=log, oldest first, days between them. */
import { attribute, button, h, icon, say } from './h.js';
import * as draw from './icons.js';

/**
 * @typedef {import('../chat.js').Entry} Entry
 * @typedef {import('../main.js').Words} Words
 * @typedef {{element: HTMLElement, signature: string}} Row
 */

const GROUP_MS = 300000;
const NEAR_PX = 80;
/** Where it is worth looking for addresses. */
const ADDRESS = /@|www\.|\w:/i;
const DAY_MS = 86400000;
const DRAWINGS = { sending: draw.SENDING, stored: draw.STORED, delivered: draw.DELIVERED, read: draw.READ, failed: draw.FAILED };

export class Log {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #t;
  #locale;
  #days;
  #actions;
  #earlier;
  #lines;
  #typist;
  #typing;
  #stick = true;
  /** @type {Element|null} */
  #first = null;

  /**
   * @param {Words} t @param {Intl.Locale} locale @param {HTMLElement} intro what stands there before anything was said
   * @param {import('./panel.js').Actions} actions
   */
  constructor(t, locale, intro, actions) {
    this.#t = t;
    this.#locale = locale;
    this.#days = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
    this.#actions = actions;
    this.#earlier = button('quiet earlier', () => actions.visit.askEarlier(), t('earlier'));
    this.#lines = h('div', { class: 'lines', role: 'log', 'aria-label': t('log'), 'aria-relevant': 'additions' });
    this.#typist = h('span', { class: 'words', role: 'status' });
    this.#typing = h('div', { class: 'typing' }, h('span', { class: 'dots' }, h('i'), h('i'), h('i')));
    this.element = h('div', { class: 'log', tabindex: '0', role: 'group', 'aria-labelledby': 'title', onscroll: () => this.#scrolled() },
      this.#earlier, intro, this.#lines, this.#typing, this.#typist);
    this.jump = button('newer', () => this.bottom(), icon(draw.DOWN), t('newer'));
    this.jump.hidden = true;
    // The panel grows and shrinks with the keyboard and the composer: who was at the end stays there.
    new ResizeObserver(() => this.#stick && this.bottom()).observe(this.element);
  }

  bottom() {
    this.#stick = true;
    this.jump.hidden = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.#stick = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#stick) this.jump.hidden = true;
  }

  /** @param {import('../chat.js').Chat} chat */
  render({ entries, synced, last, older, typing, chat }) {
    // Only what is said from now on is read out, not the history.
    attribute(this.#lines, 'aria-busy', String(!synced && !!last));
    this.#earlier.hidden = !older;
    const below = this.element.scrollHeight - this.element.scrollTop;
    const grown = this.#reconcile(entries);
    this.#typing.hidden = !typing;
    say(this.#typist, typing ? this.#t('typing', { name: chat.agent || this.#t('team') }, '…') : '');
    const first = this.#lines.firstElementChild;
    if (this.#stick || (grown && entries.at(-1)?.state === 'sending')) this.bottom();
    else if (first !== this.#first) this.element.scrollTop = this.element.scrollHeight - below;
    else if (grown) this.jump.hidden = false;
    this.#first = first;
  }

  /** @param {Entry[]} entries @returns {boolean} there is a new last line */
  #reconcile(entries) {
    const last = this.#lines.lastElementChild;
    const rows = new Map();
    let at = this.#lines.firstElementChild;
    /** @type {Entry|undefined} */
    let previous;
    for (const entry of entries) {
      const head = previous?.by !== entry.by || previous.name !== entry.name || entry.time - previous.time > GROUP_MS;
      const day = previous && this.#day(previous.time) === this.#day(entry.time) ? '' : this.#day(entry.time);
      const signature = [entry.state, this.#trouble(entry.problem), entry.time, head, day, entry.edit].join();
      const row = this.#rows.get(entry.key) || { element: h('div'), signature: '' };
      if (row.signature !== signature) {
        row.signature = signature;
        this.#fill(row.element, entry, head, day);
      }
      if (row.element === at) at = at.nextElementSibling;
      else this.#lines.insertBefore(row.element, at);
      this.#rows.delete(entry.key);
      rows.set(entry.key, row);
      previous = entry;
    }
    for (const { element } of this.#rows.values()) element.remove();
    this.#rows = rows;
    return this.#lines.lastElementChild !== last;
  }

  /** @param {HTMLElement} row @param {Entry} entry @param {boolean} head first of a group @param {string} day where another day begins */
  #fill(row, entry, head, day) {
    const { by, name, body, state, time, problem, id } = entry;
    const t = this.#t;
    const own = by === 'visitor';
    attribute(row, 'class', `row ${by}${head ? ' head' : ''}`);
    attribute(row, 'data-id', id);
    row.replaceChildren();
    if (day) row.append(h('div', { class: 'day' }, day));
    if (by === 'desk') {
      row.append(h('div', { class: 'notice', dir: 'auto' }, body));
      return;
    }
    const word = own && t(`line.${state}`);
    const text = h('div', { class: 'text', dir: 'auto' }, body);
    if (ADDRESS.test(body)) this.#actions.links(text, body);
    row.append(
      h('div', { class: own || !head ? 'words' : 'name' }, own ? t('you') : name || t('team')),
      h('div', { class: 'bubble' },
        text,
        h('div', { class: 'meta' }, h('time', { datetime: new Date(time).toISOString() }, new Date(time).toLocaleTimeString(this.#locale, { timeStyle: 'short' })),
          word && h('span', { class: 'state', title: word, 'data-state': state }, icon(DRAWINGS[state]), h('span', { class: 'words' }, word)))));
    if (entry.edit) this.#actions.edited(row, entry);
    if (problem) {
      row.append(h('div', { class: 'problem' }, this.#trouble(problem),
        state === 'failed' && button('link retry', () => this.#actions.visit.sendAgain(entry), t('retry'))));
    }
  }

  /** @param {string|undefined} problem */
  #trouble(problem) {
    return problem && this.#t(`problem.${problem}`, {}, this.#t('problem.other'));
  }

  /** The day of a time, in words. @param {number} time */
  #day(time) {
    const [day, today, yesterday] = [time, Date.now(), Date.now() - DAY_MS].map(this.#days.format);
    return day === today ? this.#t('today') : day === yesterday ? this.#t('yesterday', {}, day) : day;
  }
}
