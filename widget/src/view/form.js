/**
 * What the desk wants to know first (XEP-0004): labels, errors in words, nothing sent half-filled. Most departments do not ask, so it is a file of its
 * own in the bundle, with its styles; what it needs of the rest it is given.
 */
import fieldsCss from '../styles/fields.css';
import formCss from '../styles/form.css';
import { makeFields } from './fields.js';

export { makeFields };
export const css = fieldsCss + formCss;

/**
 * @param {import('./fields.js').Dom} dom
 * @param {import('../main.js').Words} t @param {import('../chat.js').Field[]} asked
 * @param {{answer(values: Record<string, string>): Promise<void>, skip(): void}} actions
 */
export function makeForm(dom, t, asked, actions) {
  const { h, say } = dom;
  const problem = h('p', { class: 'error', role: 'alert' });
  const fields = makeFields(dom, t, 'field', asked.map(({ element }) => element));
  let busy = false;
  const send = h('button', { type: 'submit', class: 'primary continue' }, t('form.send'));
  const skip = !asked.some(({ required }) => required) && h('button', { type: 'button', class: 'quiet skip', onclick: actions.skip }, t('form.skip'));
  const form = h('form', { class: 'form', novalidate: true, 'aria-label': t('form.title'), onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wrong = fields.filter(({ check }) => !check())[0];
    if (wrong) {
      wrong.focus();
      return;
    }
    if (busy) return;
    busy = true;
    say(problem, '');
    try {
      await actions.answer(Object.fromEntries(fields.map(({ question, value }) => [question.name, value()])));
      // It goes with the next drawing, unless the desk asks the same again.
      setTimeout(() => form.isConnected && say(problem, t('form.wrong')), 500);
    } catch {
      say(problem, t('form.failed'));
    }
    busy = false;
  } }, h('p', { class: 'lead' }, t('form.title')), ...fields.map(({ element }) => element), problem,
  h('div', { class: 'buttons' }, skip, send));
  return form;
}
