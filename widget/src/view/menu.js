/**
 * What the visitor can do about the whole conversation: save it, search it, be told of new lines, end it, forget it (each of the last two after one more
 * question). Fetched when the button is pressed, so it is a file of its own in the bundle, with its styles; what it needs it is given.
 *
 * @typedef {Parameters<import('../main.js').Make>} Given
 */
import { end, leave } from '../leave.js';
import css from '../styles/menu.css';
import { makeSwitches } from './switches.js';

export { css };

const TOLD_MS = 15000;

/** A question over the panel, behind which nothing can be reached. @param {HTMLElement} panel @param {HTMLElement} [question] none: the panel again */
function shut(panel, question) {
  for (const part of /** @type {HTMLCollectionOf<HTMLElement>} */ (panel.children)) part.inert = !!question;
  if (question) panel.append(question);
}

/** @param {Given} given */
// eslint-disable-next-line max-lines-per-function -- the entries, and the question that two of them ask
export function make(...given) {
  const [dom, t, panel, , , , store, parts] = given;
  const { attribute, button, h, say } = dom;
  const { chat, part } = parts;
  const opener = /** @type {HTMLElement} */ (panel.querySelector('.more'));
  /** @type {HTMLElement|undefined} */
  let cover;
  /** @type {Promise<{open(): void}>|undefined} */
  let search;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let telling;

  const choice = (/** @type {'end'|'forget'} */ what) => button(what, () => ask(what), t(what));
  const ending = choice('end');
  const switches = makeSwitches(dom, t, store, parts);
  const past = h('div', { class: 'past' }, button('find', find, t('search')),
    button('save-text', () => save('text'), t('save.text')), button('save-page', () => save('page'), t('save.page')));
  const element = h('div', { class: 'menu', id: 'menu', hidden: true, onfocusout: left }, past, switches.element, h('div', { class: 'last' }, ending, choice('forget')));
  const told = h('div', { class: 'told', role: 'status' });
  opener.parentElement?.append(element);
  panel.querySelector('.banner')?.before(told);

  /** It does not stand before what has the focus. @param {FocusEvent} event */
  function left({ relatedTarget: to }) {
    if (!(to instanceof Node) || to === opener || element.contains(to)) return;
    element.hidden = true;
    attribute(opener, 'aria-expanded', 'false');
  }

  /** @param {boolean} open */
  function toggle(open) {
    element.hidden = !open;
    ending.hidden = !chat.running;
    past.hidden = !chat.entries.length;
    attribute(opener, 'aria-expanded', String(open));
    tell('');
    if (!open) {
      opener.focus();
      return;
    }
    switches.render();
    /** @type {HTMLElement[]} */ ([...element.querySelectorAll('button')]).find((one) => one.getClientRects().length)?.focus();
  }

  /** What became of it, for a while. @param {string} words */
  function tell(words) {
    clearTimeout(telling);
    say(told, words);
    if (words) telling = setTimeout(() => tell(''), TOLD_MS);
  }

  /** @param {'text'|'page'} kind */
  async function save(kind) {
    toggle(false);
    tell(t('save.busy'));
    try {
      tell(await (await part('transcript')).save(kind, ...given));
    } catch {
      tell(t('save.failed'));
    }
  }

  async function find() {
    toggle(false);
    try {
      (await (search ||= part('search').then((module) => module.make(...given)))).open();
    } catch {
      search = undefined;
      tell(t('save.failed'));
    }
  }

  function done() {
    cover?.remove();
    cover = undefined;
    shut(panel);
    opener.focus();
  }

  /** @param {'end'|'forget'} what */
  function ask(what) {
    toggle(false);
    const no = button('quiet no', done, t('no'));
    const yes = button('primary yes', async () => {
      done();
      await end(parts);
      if (what === 'forget') await leave(parts);
    }, t(what));
    cover = h('div', { class: 'cover' }, h('div', { class: 'confirm', role: 'alertdialog', 'aria-modal': 'true',
      'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-words', onkeydown: keep },
    h('h2', { id: 'confirm-title' }, t(`${what}.sure`)), h('p', { id: 'confirm-words' }, t(what === 'forget' && store.get('proved') ? 'forget.proved' : `${what}.words`)),
    h('div', { class: 'buttons' }, no, yes)));
    shut(panel, cover);
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
