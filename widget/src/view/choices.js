/**
 * The departments of a page, to choose from: each a button with its name and, in words, whether somebody is there; where nobody is, when that will be so again.
 * A panel of its own, before the chat is there (choose.js).
 *
 * @typedef {{id: string, name: string, availability: string, opens?: string}} Choice  docs/PROTOCOL.md section 6
 * @typedef {{button: HTMLElement, name: HTMLElement, state: HTMLElement, words: HTMLElement, hours: HTMLElement}} Row
 */
import { attribute, button as makeButton, h, icon, say, tool } from './h.js';
import { again } from './hours.js';
import { CHAT, CLOSE } from './icons.js';

/**
 * @param {import('../main.js').Words} t @param {Intl.Locale} locale
 * @param {{choose(id: string): void, again(): void, close(): void}} actions
 */
// eslint-disable-next-line max-lines-per-function -- one panel, and what is known of its rows
export function makeChoices(t, locale, actions) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  const list = h('ul', { class: 'choices', role: 'list', 'aria-labelledby': 'choose-lead' });
  const problem = h('span', { role: 'alert' });
  const retry = makeButton('quiet choose-again', () => {
    element.focus(); // the button goes
    actions.again();
  }, t('retry'));
  const trouble = h('div', { class: 'choose-trouble error' }, problem, retry);
  const news = h('p', { class: 'words', role: 'status' });
  const element = h('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'choose-title', tabindex: '-1', hidden: true,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      actions.close();
    } },
  h('div', { class: 'header' }, h('div', { class: 'avatar', 'aria-hidden': 'true' }, icon(CHAT)),
    h('div', { class: 'who' }, h('h2', { id: 'choose-title', class: 'title' }, t('title'))), tool('tool close', t('close'), CLOSE, actions.close)),
  h('div', { class: 'choose' }, h('p', { class: 'hello' }, t('hello')), h('p', { class: 'choose-lead', id: 'choose-lead' }, t('choose.title')), list, trouble, news));
  trouble.hidden = true;
  let wanted = '';

  /** @param {string} id @returns {Row} */
  function add(id) {
    const row = { name: h('bdi'), words: h('span'), state: h('span', { class: 'availability choice-state' }), hours: h('span', { class: 'choice-hours' }) };
    row.state.append(h('i', { class: 'dot' }), row.words);
    const button = makeButton('choice', () => actions.choose(id), h('span', { class: 'choice-name' }, row.name), row.state, row.hours);
    list.append(h('li', {}, button));
    return { ...row, button };
  }

  /** @param {Row} row @param {Choice} choice @returns {boolean} somebody came, or went */
  function tell({ name, state, words, hours }, { name: called, availability, opens }) {
    const before = state.dataset.availability;
    const now = new Date();
    const next = new Date(opens || now);
    say(name, called);
    attribute(state, 'data-availability', availability);
    say(words, t(availability));
    say(hours, next > now ? again(t, locale, next, now) : '');
    return !!before && before !== availability;
  }

  /** They could not be fetched, or the one that was chosen. */
  function fail() {
    trouble.hidden = false;
    say(problem, t('form.failed'));
  }

  const focus = () => (rows.get(wanted)?.button || list.querySelector('button'))?.focus({ preventScroll: true });

  return {
    element,
    /** Those that there are now; what has changed is said, too. @param {Choice[]} [found] none: they could not be fetched, and what was known stays */
    render(found) {
      if (!found) {
        if (!rows.size) fail();
        return;
      }
      trouble.hidden = true;
      say(problem, '');
      const areOthers = [...rows.keys()].join() !== found.map(({ id }) => id).join();
      if (areOthers) {
        if (list.matches(':focus-within')) element.focus();
        rows.clear();
        list.replaceChildren();
        for (const { id } of found) rows.set(id, add(id));
      }
      const changed = found.filter((choice) => tell(/** @type {Row} */ (rows.get(choice.id)), choice));
      if (changed.length) say(news, changed.map(({ name, availability }) => t('choose.news', { name, words: t(availability) })).join(' '));
      // They come later than the panel: who opened it by keyboard waits for them there.
      if (areOthers && /** @type {ShadowRoot} */ (element.getRootNode()).activeElement === element && !element.hasAttribute('aria-modal')) focus();
    },
    fail,
    /** @param {boolean} full it covers the whole (small) screen: there the panel has the focus @param {string} last that was chosen */
    show(full, last) {
      wanted = last;
      element.hidden = false;
      say(news, '');
      attribute(element, 'aria-modal', full && 'true');
      element.focus({ preventScroll: true });
      if (!full) focus();
    },
  };
}
