/**
 * What the desk wants to know first (XEP-0004: text fields, and boxes to be ticked): labels, errors in words, nothing sent half-filled. Most
 * departments do not ask, so it is a file of its own in the bundle, with its styles; what it needs of the rest it is given.
 */
import css from '../styles/form.css';

export { css };

/** @typedef {import('../chat.js').Field} Field */

const KINDS = /** @type {Record<string, {type: string, autocomplete: string, limit: number}>} */ ({
  name: { type: 'text', autocomplete: 'name', limit: 40 },
  email: { type: 'email', autocomplete: 'email', limit: 254 },
});
const OTHER = { type: 'text', autocomplete: 'off', limit: 200 };

/**
 * @param {{attribute: typeof import('./h.js').attribute, h: typeof import('./h.js').h, say: typeof import('./h.js').say}} dom
 * @param {import('../main.js').Words} t @param {Field[]} fields
 * @param {{answer(values: Record<string, string>): Promise<void>, skip(): void}} actions
 */
export function makeForm({ attribute, h, say }, t, fields, actions) {
  const problem = h('p', { class: 'error', role: 'alert' });
  const inputs = fields.map((field) => {
    const { type, autocomplete, limit } = KINDS[field.name] || OTHER;
    const box = field.type === 'boolean';
    const id = `field-${field.name}`;
    const error = h('div', { class: 'error', id: `${id}-error` });
    const input = /** @type {HTMLInputElement} */ (h('input', { id, name: field.name, required: field.required, 'aria-describedby': `${id}-error`,
      ...(box ? { type: 'checkbox' } : { type, autocomplete, maxlength: String(limit), dir: type === 'email' && 'ltr' }) }));
    const check = () => {
      const wrong = input.validity.valueMissing || (field.required && !input.value.trim()) ? t(box ? 'form.agree' : 'form.missing')
        : input.validity.valid ? '' : t('form.wrong');
      attribute(input, 'aria-invalid', wrong ? 'true' : undefined);
      say(error, wrong);
      return !wrong;
    };
    input.addEventListener('input', () => input.hasAttribute('aria-invalid') && check());
    const known = t(`form.${field.name}`, {}, field.name);
    const label = h('label', { for: id }, field.label || known,
      !field.required && h('span', { class: 'optional' }, ` ${t('form.optional')}`));
    return { input, check, value: () => (box ? (input.checked ? '1' : '0') : input.value.trim()),
      element: h('div', { class: box ? 'question box' : 'question' }, ...(box ? [input, label] : [label, input]), error) };
  });
  let busy = false;
  const send = h('button', { type: 'submit', class: 'primary continue' }, t('form.send'));
  const skip = !fields.some((f) => f.required) && h('button', { type: 'button', class: 'quiet skip', onclick: actions.skip },
    t('form.skip'));
  return h('form', { class: 'form', novalidate: true, 'aria-label': t('form.title'), onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wrong = inputs.filter(({ check }) => !check())[0];
    if (wrong) {
      wrong.input.focus();
      return;
    }
    if (busy) return;
    busy = true;
    try {
      await actions.answer(Object.fromEntries(inputs.map(({ input, value }) => [input.name, value()])));
    } catch {
      say(problem, t('form.failed'));
    }
    busy = false;
  } }, h('p', { class: 'lead' }, t('form.title')), ...inputs.map(({ element }) => element), problem,
  h('div', { class: 'buttons' }, skip, send));
}
