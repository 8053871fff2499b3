/**
 * Questions of a data form (XEP-0004) and what they are answered with: for the form before a chat, of whose file they are a part (form.js), and for those
 * that agents send (asks.js), which fetch them from there.
 *
 * @typedef {import('../xml.js').Element} Element
 * @typedef {'text'|'lines'|'email'|'choice'|'choices'|'tick'} Kind
 * @typedef {{name: string, label: string, kind: Kind, required: boolean, options: string[], pattern: string}} Question
 * @typedef {{h: typeof import('./h.js').h, say: typeof import('./h.js').say, attribute: typeof import('./h.js').attribute}} Dom
 * @typedef {{question: Question, focus: () => void, check: () => boolean, value: () => string, words: () => string, element: HTMLElement}} Field
 * check: says what is wrong, if anything is; value: as it is sent, several options with a line each; words: for who reads it
 */
import { child, children, text } from '../xml.js';

const KINDS = /** @type {Record<string, Kind>} */ ({ 'text-multi': 'lines', 'list-single': 'choice', 'list-multi': 'choices', boolean: 'tick' });
/** With which the desk asks for an address (XEP-0122). */
const EMAIL = '[^@\\s]+@[^@\\s]+';
const LIMITS = /** @type {Record<string, number>} */ ({ name: 40, lines: 1000, email: 254 });
/** What browsers fill in. */
const KNOWN = /** @type {Record<string, string>} */ ({ name: 'name', email: 'email', phone: 'tel' });

/** @param {Element} field @returns {Question} */
function read(field) {
  const { var: name = '', label = '', type = '' } = field.attrs;
  const regex = text(child(child(field, 'validate'), 'regex'));
  const kind = KINDS[type] || (name === 'email' || regex === EMAIL ? 'email' : 'text');
  return {
    name, label, kind, required: !!child(field, 'required'), pattern: kind === 'text' ? regex : '',
    options: children(field, 'option').map((option) => text(child(option, 'value'))),
  };
}

/** One element that is typed into, or chosen from. @param {Dom} dom @param {import('../main.js').Words} t @param {Question} question @param {Record<string, any>} common */
function makeInput({ h, attribute }, t, { name, kind, pattern, options }, common) {
  const maxlength = String(LIMITS[name === 'name' ? name : kind] || 200);
  const input = /** @type {HTMLInputElement} */ (
    kind === 'choice' ? h('select', common, ...['', ...options].map((value) => h('option', { value }, value || t('ask.choose'))))
    : kind === 'lines' ? h('textarea', { ...common, rows: '3', maxlength })
    : h('input', { ...common, type: kind, maxlength, autocomplete: KNOWN[name] || 'off', dir: kind === 'email' && 'ltr', pattern: pattern || false }));
  if (kind === 'lines') input.addEventListener('input', () => attribute(input, 'dir', !!input.value && 'auto'));
  return input;
}

/** @param {Dom} dom @param {import('../main.js').Words} t @param {string} id of what it is typed into @param {Question} question @returns {Field} */
function makeField(dom, t, id, question) {
  const { h, say, attribute } = dom;
  const { name, kind, required, options } = question;
  const isTick = kind === 'tick';
  const error = h('div', { class: 'error', id: `${id}_error` });
  const common = { id, name, class: 'answer', 'aria-describedby': `${id}_error` };
  // Its own direction: a question's mark stands at the end of its own language.
  const title = [h('bdi', {}, question.label || t(`form.${name}`, {}, name)), !required && h('span', { class: 'optional' }, ` ${t('form.optional')}`)];
  const box = (/** @type {Record<string, any>} */ more) => /** @type {HTMLInputElement} */ (h('input', { ...common, type: 'checkbox', ...more }));
  const inputs = kind === 'choices' ? options.map((option, at) => box({ id: `${id}_${at}`, value: option }))
    : [isTick ? box({ required }) : makeInput(dom, t, question, { ...common, required })];
  const chosen = () => inputs.filter(({ checked }) => checked);
  const value = () => (kind === 'choices' ? chosen().map((input) => input.value).join('\n') : isTick ? String(chosen().length) : inputs[0].value.trim());
  const check = () => {
    const missing = required && (isTick ? !chosen().length : !value());
    const wrong = missing ? t(isTick ? 'form.agree' : 'form.missing') : inputs.every(({ validity }) => validity.valid) ? '' : t('form.wrong');
    for (const input of inputs) attribute(input, 'aria-invalid', wrong ? 'true' : undefined);
    say(error, wrong);
    return !wrong;
  };
  for (const input of inputs) input.addEventListener('input', () => input.hasAttribute('aria-invalid') && check());
  const label = h('label', { for: id, class: 'asked' }, ...title);
  const element = kind === 'choices'
    ? h('div', { class: 'question', role: 'group', 'aria-labelledby': `${id}_label` }, h('div', { id: `${id}_label`, class: 'asked' }, ...title),
      ...inputs.map((input, at) => h('div', { class: 'box' }, input, h('label', { for: `${id}_${at}` }, h('bdi', {}, options[at])))), error)
    : isTick ? h('div', { class: 'question box' }, inputs[0], label, error) : h('div', { class: 'question' }, label, inputs[0], error);
  return { question, focus: () => inputs[0].focus(), check, value, words: () => (isTick ? (+value() ? '✓' : '✗') : value()), element };
}

/** What of a form can be answered. @param {Dom} dom @param {import('../main.js').Words} t @param {string} prefix of ids @param {Element[]} fields */
export const makeFields = (dom, t, prefix, fields) => fields.filter(({ attrs }) => attrs.var && attrs.type !== 'hidden').map(read)
  .map((question) => makeField(dom, t, `${prefix}-${question.name}`, question));
