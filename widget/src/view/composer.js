/** Where the visitor writes: Enter sends, Shift+Enter begins a line, the length is counted before the desk refuses it. */
import { MAX_LENGTH, length } from '../chat.js';
import { attribute, h, say, tool } from './h.js';
import { SEND } from './icons.js';

const COUNT_FROM = MAX_LENGTH - 500;

export class Composer {
  #t;
  #actions;
  #send;
  #count;
  #error;

  /** @param {import('../main.js').Words} t @param {import('./panel.js').Actions} actions */
  constructor(t, actions) {
    this.#t = t;
    this.#actions = actions;
    this.input = /** @type {HTMLTextAreaElement} */ (h('textarea', {
      class: 'input', rows: '1', 'aria-label': t('write'), enterkeyhint: 'send', autocomplete: 'off',
      'aria-describedby': 'count', oninput: () => this.#changed(true),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        // 229: the Enter that ends a composition in some input methods.
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.#submit();
      },
    }));
    this.#send = tool('send', t('send'), SEND, () => this.#submit());
    this.#count = h('div', { class: 'count', id: 'count' });
    this.#error = h('div', { class: 'error', role: 'alert' });
    this.element = h('div', { class: 'composer' }, this.#error, h('div', { class: 'field' }, this.input, this.#send), this.#count);
  }

  /** @param {string} text */
  fill(text) {
    this.input.value = text;
    this.#changed(false);
  }

  /** As high as what is in it. */
  fit() {
    const { style } = this.input;
    style.height = '';
    if (this.input.value) style.height = `${this.input.scrollHeight + 2}px`; // and its border
  }

  #submit() {
    const text = this.input.value.trim();
    if (text && length(text) <= MAX_LENGTH) {
      if (this.#actions.visit.say(text)) this.fill('');
      else say(this.#error, this.#t('full', {}, this.#t('problem.other')));
    }
    this.input.focus();
  }

  /** Says how much more may be written, also when the words for it come later than what is written. @returns how much it is too long; below 0: it is not */
  count() {
    const size = length(this.input.value.trim());
    const over = size - MAX_LENGTH;
    attribute(this.#send, 'disabled', !size || over > 0);
    attribute(this.input, 'aria-invalid', over > 0 && 'true');
    say(this.#count, size < COUNT_FROM || over > 0 ? '' : this.#t('left', { n: -over }, '{n}'));
    return over;
  }

  /** @param {boolean} typed by the visitor */
  #changed(typed) {
    const { value } = this.input;
    const over = this.count();
    attribute(this.input, 'dir', !!value && 'auto'); // empty: the panel's, as its placeholder
    say(this.#error, over > 0 ? this.#t('over', { n: over }, '−{n}') : '');
    this.fit();
    this.#actions.draft(value);
    if (typed) this.#actions.visit.typing(over > -MAX_LENGTH);
  }
}
