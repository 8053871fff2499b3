/** The panel: header with who is there, a line about the connection and the queue, the log, the composer or the form. */
import { Composer } from './composer.js';
import { attribute, button, h, icon, say, tool } from './h.js';
import * as draw from './icons.js';
import { Log } from './log.js';

/**
 * @typedef {import('../main.js').Words} Words
 * @typedef {import('../chat.js').Chat} Chat
 * @typedef {{toggle(): void, escape(): boolean}} Menu
 * @typedef {{
 *   visit: {say(text: string): boolean, typing(some: boolean): void, sendAgain(entry: import('../chat.js').Entry): void, askEarlier(): void},
 *   draft(text: string): void, close(): void, hurry(): void,
 *   face(avatar: HTMLElement, agent: string): void, links(element: HTMLElement, text: string): void, edited(row: HTMLElement, entry: import('../chat.js').Entry): void,
 *   form(fields: import('../chat.js').Field[]): Promise<HTMLElement>, menu(): Promise<Menu>,
 * }} Actions
 * @typedef {{chat: Chat, connection: import('../stream.js').State, until: number, asked: boolean}} Model
 * asked: the visitor has put aside what need not be answered
 */

export class Panel {
  #t;
  #actions;
  #log;
  #intro;
  #composer;
  #avatar;
  #title;
  #words;
  #availability;
  #news;
  #clock;
  #hurry;
  #banner;
  #bottom;
  /** @type {HTMLElement|undefined} */
  #form;
  #fields = '[]';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #ticking;
  /** @type {Menu|undefined} */
  #menu;

  /** @param {Words} t @param {Intl.Locale} locale @param {Actions} actions */
  constructor(t, locale, actions) {
    this.#t = t;
    this.#actions = actions;
    this.#intro = h('div', { class: 'intro' }, h('p', { class: 'hello' }, t('hello')), h('p'));
    this.#log = new Log(t, locale, this.#intro, actions);
    this.#composer = new Composer(t, actions);
    this.#avatar = h('div', { class: 'avatar', 'aria-hidden': 'true' });
    this.#title = h('bdi');
    this.#words = h('span', { role: 'status' });
    this.#availability = h('div', { class: 'availability' }, h('i', { class: 'dot' }), this.#words);
    const more = tool('tool more', t('menu'), draw.MORE, () => this.#options());
    attribute(more, 'aria-expanded', 'false');
    this.#news = h('span', { class: 'news', role: 'status' });
    this.#clock = h('span');
    this.#hurry = button('link hurry', actions.hurry, t('now'));
    this.#banner = h('div', { class: 'banner' }, this.#news, this.#clock, this.#hurry);
    this.#bottom = h('div', { class: 'bottom' }, this.#composer.element);
    this.element = h('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', tabindex: '-1', hidden: true,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) },
    h('div', { class: 'header' }, this.#avatar, h('div', { class: 'who' }, h('h2', { id: 'title', class: 'title' }, this.#title), this.#availability), more,
      tool('tool close', t('close'), draw.CLOSE, actions.close)),
    this.#banner, h('div', { class: 'middle' }, this.#log.element, this.#log.jump), this.#bottom);
  }

  /** @param {Model} model */
  render({ chat, connection, until, asked }) {
    const t = this.#t;
    const focused = this.#focused;
    const { state, agent } = chat.chat;
    const talking = state === 'active' && agent;
    const department = chat.department || t('title');
    say(this.#title, talking || department);
    if (talking) {
      say(this.#avatar, [...talking][0].toUpperCase());
      this.#actions.face(this.#avatar, talking);
    } else if (!this.#avatar.querySelector('svg')) this.#avatar.replaceChildren(icon(draw.CHAT));
    attribute(this.#availability, 'data-availability', chat.availability);
    say(this.#words, talking ? t('talking', { department }, department) : t(chat.availability).split('. ')[0]);
    this.#intro.hidden = chat.entries.length > 0;
    say(/** @type {HTMLElement} */ (this.#intro.lastChild), t(`intro.${chat.availability}`, {}, chat.availability && '…'));
    this.#tell(chat, connection === 'waiting', until);
    const { input } = this.#composer;
    input.readOnly = /^n|^reg/.test(chat.isShut);
    input.placeholder = t(chat.running || chat.entries.at(-1)?.by !== 'desk' ? 'write' : 'fresh', {}, t('write'));
    this.#composer.count();
    this.#log.render(chat);
    this.#ask(chat.mustAsk || !(asked || chat.entries.length) ? chat.form : []);
    // What had the focus is gone: a button that has been pressed, a line that was drawn anew.
    if (focused && !this.#focused) this.#log.element.focus();
  }

  /** What has the focus and can be seen. */
  get #focused() {
    const element = this.element.querySelector(':focus');
    return element?.getClientRects().length && element;
  }

  /** The state of the chat and of the connection, in one line. @param {Chat} chat @param {boolean} waiting @param {number} until */
  #tell(chat, waiting, until) {
    const t = this.#t;
    const { state, number, position, left } = chat.chat;
    const words = waiting ? t('lost')
      : chat.isShut ? t(`problem.${chat.isShut}`, {}, t('problem.not-allowed', {}, t('problem.other')))
      : left ? t(state === 'closed' ? '' : 'kept', { number }) // else it is a ticket, which is shown by itself
      : chat.queued ? t(position > 1 ? 'queued' : 'next', { n: position })
      : state === 'closed' ? t('closed', {}, '…') : '';
    say(this.#news, words);
    say(this.#clock, waiting ? t('again', { n: Math.max(1, Math.ceil((until - Date.now()) / 1000)) }) : '');
    this.#hurry.hidden = !waiting;
    this.#banner.hidden = !words;
    attribute(this.#banner, 'data-kind', waiting || chat.isShut ? 'trouble' : left ? 'kept' : state);
    clearTimeout(this.#ticking);
    if (waiting && !this.element.hidden) this.#ticking = setTimeout(() => this.#tell(chat, waiting, until), 1000);
  }

  /** Shows the form where something is to be asked, else the composer. @param {import('../chat.js').Field[]} fields */
  async #ask(fields) {
    const key = JSON.stringify(fields);
    if (key === this.#fields) return;
    this.#fields = key;
    const focused = this.element.matches(':focus-within'); // asked before what has the focus is hidden
    this.#composer.element.hidden = fields.length > 0;
    const form = fields.length ? await this.#actions.form(fields) : undefined;
    if (key !== this.#fields) return;
    this.#form?.remove();
    this.#form = form;
    if (form) this.#bottom.append(form);
    if (focused) this.focus();
  }

  async #options() {
    (this.#menu ||= await this.#actions.menu()).toggle();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (!this.#menu?.escape()) this.#actions.close();
  }

  /** @param {string} text */
  draft(text) {
    this.#composer.fill(text);
  }

  /** @param {boolean} full it covers the whole (small) screen */
  show(full) {
    this.element.hidden = false;
    this.#composer.fit();
    attribute(this.element, 'aria-modal', full && 'true');
    this.#log.bottom();
    this.focus(full);
  }

  hide() {
    this.#menu?.escape();
    this.element.hidden = true;
  }

  /** @param {boolean} [full] there, an input would at once bring up the keyboard */
  focus(full) {
    const input = /** @type {HTMLElement} */ (this.#form?.querySelector(':enabled') || this.#composer.input);
    (full ? this.element : input).focus({ preventScroll: true });
  }
}
