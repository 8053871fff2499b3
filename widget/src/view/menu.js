/**
 * What the visitor can do about the whole conversation: end it, forget it, each after one more question. Fetched when
 * the button is pressed, so it is a file of its own in the bundle, with its styles; what it needs it is given.
 */
import { end, leave } from '../leave.js';
import css from '../styles/menu.css';

export { css };

/**
 * @param {{attribute: typeof import('./h.js').attribute, button: typeof import('./h.js').button, h: typeof import('./h.js').h}} dom
 * @param {import('../main.js').Words} t @param {HTMLElement} opener the button in the header
 * @param {import('../main.js').Inner} inner
 */
export function makeMenu({ attribute, button, h }, t, opener, inner) {
  /** @type {HTMLElement|undefined} */
  let cover;
  const choice = (/** @type {'end'|'forget'} */ what) => button(what, () => ask(what), t(what));
  const ending = choice('end');
  const element = h('div', { class: 'menu', id: 'menu', hidden: true }, ending, choice('forget'));

  /** @param {boolean} open */
  function toggle(open) {
    element.hidden = !open;
    ending.hidden = !inner.chat.running;
    attribute(opener, 'aria-expanded', String(open));
    if (open) /** @type {HTMLElement} */ (element.querySelector('button:not([hidden])')).focus();
    else opener.focus();
  }

  function done() {
    cover?.remove();
    cover = undefined;
    opener.focus();
  }

  /** @param {'end'|'forget'} what */
  function ask(what) {
    toggle(false);
    const no = button('quiet no', done, t('no'));
    const yes = button('primary yes', async () => {
      done();
      await end(inner);
      if (what === 'forget') await leave(inner);
    }, t(what));
    cover = h('div', { class: 'cover' }, h('div', { class: 'confirm', role: 'alertdialog', 'aria-modal': 'true',
      'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-words', onkeydown: keep },
    h('h3', { id: 'confirm-title' }, t(`${what}.sure`)), h('p', { id: 'confirm-words' }, t(what === 'forget' && inner.store.get('proved') ? 'forget.proved' : `${what}.words`)),
    h('div', { class: 'buttons' }, no, yes)));
    /** @type {HTMLElement} */ (opener.closest('.panel')).append(cover);
    no.focus();

    /** The two buttons keep the focus between them. @param {KeyboardEvent} event */
    function keep(event) {
      if (event.key !== 'Tab') return;
      event.preventDefault();
      event.stopPropagation();
      (event.target === no ? yes : no).focus();
    }
  }

  return {
    element,
    toggle: () => toggle(!!element.hidden),
    /** Escape: closes what is open. @returns {boolean} something was */
    escape() {
      const open = !!cover || !element.hidden;
      if (cover) done();
      else if (open) toggle(false);
      return open;
    },
  };
}
