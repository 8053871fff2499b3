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
const dayOf = (/** @type {number} */ time) => new Date(time).toDateString();
const DRAWINGS = { sending: draw.SENDING, stored: draw.STORED, delivered: draw.DELIVERED, read: draw.READ, failed: draw.FAILED };

export class Log {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #t;
  #locale;
  #actions;
  #earlier;
  #lines;
  #typist;
  #typing;
  #stick = true;
  /** @type {Element|null} */
  #first = null;
  #synced = false;

  /**
   * @param {Words} t @param {Intl.Locale} locale @param {HTMLElement} intro what stands there before anything was said
   * @param {import('./panel.js').Actions} actions
   */
  constructor(t, locale, intro, actions) {
    this.#t = t;
    this.#locale = locale;
    this.#actions = actions;
    this.#earlier = button('quiet earlier', () => actions.visit.askEarlier(), t('earlier'));
    this.#lines = h('div', { class: 'lines', role: 'log', 'aria-label': t('log') });
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
  render({ entries, synced, older, typing, chat }) {
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
    this.#synced = synced;
  }

  /** @param {Entry[]} entries @returns {boolean} there is a new last line */
  #reconcile(entries) {
    const last = this.#lines.lastElementChild;
    const rows = new Map();
    /** History: what was said before the page came, and what stands before all that was there. */
    let early = !this.#synced || this.#rows.size > 0;
    let at = this.#lines.firstElementChild;
    let before = '';
    /** @type {Entry|undefined} */
    let previous;
    for (const entry of entries) {
      const head = previous?.by !== entry.by || previous.name !== entry.name || entry.time - previous.time > GROUP_MS;
      const date = dayOf(entry.time);
      const day = date === before ? '' : this.#day(entry.time);
      before = date;
      const signature = [entry.state, this.#trouble(entry.problem), entry.time, head, day, entry.edit].join();
      const known = this.#rows.get(entry.key);
      const row = known || { element: h('div'), signature: '' };
      if (known) early = false;
      if (row.signature !== signature) {
        row.signature = signature;
        // A line is read out once, when it comes: not what becomes of it, nor what is asked for of former times.
        attribute(row.element, 'aria-live', (!!known || early) && 'off');
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
      row.append(h('div', { class: 'problem', role: 'alert' }, this.#trouble(problem),
        state === 'failed' && button('link retry', () => this.#actions.visit.sendAgain(entry), t('retry'))));
    }
  }

  /** @param {string|undefined} problem */
  #trouble(problem) {
    return problem && this.#t(`problem.${problem}`, {}, this.#t('problem.other'));
  }

  /** The day of a time, in words. @param {number} time */
  #day(time) {
    const day = new Date(time).toLocaleDateString(this.#locale, { dateStyle: 'long' });
    const is = (/** @type {number} */ then) => dayOf(time) === dayOf(then);
    return is(Date.now()) ? this.#t('today') : is(Date.now() - DAY_MS) ? this.#t('yesterday', {}, day) : day;
  }
}
