/**
 * How was this chat? Stars or thumbs, a few words if one likes (docs/PROTOCOL.md section 18): once a chat has ended that an agent had, where the
 * department asks. Nobody has to answer, nothing takes the focus. Fetched when it is asked for, so it is a file of its own in the bundle, with its
 * styles; what it needs it is given.
 *
 * The scale is a group of radio buttons, so arrows and screen readers know it; what is drawn are their labels.
 *
 * @typedef {import('../chat.js').Chat} Chat
 */
import css from '../styles/rating.css';

export { css };

const STAR = 'M12 3l2.7 5.9 6.3.7-4.7 4.3 1.3 6.3L12 17l-5.6 3.2 1.3-6.3L3 9.6l6.3-.7z';
const THUMB = 'M7 11v9H4v-9zm0 0l4-8c1.7 0 3 1.3 3 3l-.6 4H19c1.2 0 2.1 1.1 1.9 2.3l-1.3 6.2A2 2 0 0117.7 20H7';
const SVG = 'http://www.w3.org/2000/svg';
const POINTS = 500;
/** Values as the desk has them, each with the name of its text. */
const SCALES = /** @type {Record<string, string[]>} */ ({ stars: ['1', '2', '3', '4', '5'], thumbs: ['up', 'down'] });
const escape = (/** @type {string} */ text) => text.replace(/[<>&]/g, (c) => `&#${c.charCodeAt(0)};`);

/** @param {string} path */
function drawing(path) {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/**
 * @param {{attribute: typeof import('./h.js').attribute, button: typeof import('./h.js').button, h: typeof import('./h.js').h, say: typeof import('./h.js').say}} dom
 * @param {import('../main.js').Words} t @param {HTMLElement} panel
 * @param {{request(kind: 'set', to: string, content: string): Promise<unknown>}} stream
 * @param {{to: string}} visit @param {string} gateway @param {import('../store.js').Store} store
 * @returns {(chat: Chat) => void}
 */
// eslint-disable-next-line max-lines-per-function -- the question, its answer and what is said of it share what was chosen
export function make({ attribute, button, h, say }, t, panel, stream, visit, gateway, store) {
  const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (panel.querySelector(`.${part}`));
  /** Of which chat the visitor has said something, or would rather not. */
  let done = store.get('rated');
  let number = '';
  let busy = false;
  /** It was sent from this page, and can be changed. */
  let sent = false;
  let changes = false;

  const question = h('p', { class: 'rating-ask', role: 'status' });
  const scale = h('div', { class: 'rating-scale', role: 'radiogroup', 'aria-label': t('rate.ask') });
  const words = /** @type {HTMLTextAreaElement} */ (h('textarea', { class: 'rating-words', rows: '2', maxlength: String(POINTS), 'aria-label': t('rate.words'), placeholder: t('rate.words'),
    oninput: () => attribute(words, 'dir', !!words.value && 'auto') }));
  const problem = h('p', { class: 'error', role: 'alert' });
  const send = h('button', { type: 'submit', class: 'primary rating-send' }, t('rate.send'));
  const form = h('form', { class: 'rating-form', onsubmit: give }, scale, words, problem,
    h('div', { class: 'buttons' }, button('quiet rating-skip', skip, t('rate.skip')), send));
  const change = button('link rating-change', () => {
    sent = false;
    render();
    /** @type {HTMLElement|null} */ (scale.querySelector(':checked'))?.focus();
  }, t('rate.change'));
  const section = h('section', { class: 'rating', 'aria-label': t('rate.title'), tabindex: '-1' }, question, form, change);
  section.hidden = true;
  find('composer').before(section);

  const chosen = () => /** @type {HTMLInputElement|null} */ (scale.querySelector(':checked'))?.value || '';

  /** @param {string} kind */
  function draw(kind) {
    const values = SCALES[kind] || [];
    scale.replaceChildren(...values.map((value) => {
      const input = h('input', { type: 'radio', name: 'rating', id: `rating-${value}`, value, onchange: render });
      const label = h('label', { for: `rating-${value}`, class: `rating-${kind}`, title: t(`rate.${value}`) }, drawing(kind === 'stars' ? STAR : THUMB), h('span', { class: 'words' }, t(`rate.${value}`)));
      return h('span', { class: 'rating-value' }, input, label);
    }));
    attribute(scale, 'data-scale', kind);
  }

  /** Stars up to the chosen one are full. */
  function fill() {
    const value = chosen();
    const kind = scale.dataset.scale || '';
    const at = SCALES[kind]?.indexOf(value) ?? -1;
    [...scale.children].forEach((child, i) => attribute(child, 'data-on', kind === 'stars' ? i <= at && at >= 0 : i === at));
    words.hidden = !value || words.dataset.not === '';
    /** @type {HTMLButtonElement} */ (send).disabled = !value;
  }

  function render() {
    section.hidden = !number || (done === number && !sent && !changes);
    form.hidden = sent;
    change.hidden = !sent;
    say(question, section.hidden ? '' : t(sent ? 'rate.thanks' : 'rate.ask'));
    fill();
  }

  /** @param {string} value */
  function keep(value) {
    done = value;
    store.set('rated', value);
  }

  function skip() {
    keep(number);
    changes = false;
    render();
    find('input').focus();
  }

  /** @param {Event} event */
  async function give(event) {
    event.preventDefault();
    const value = chosen();
    if (busy || !value) return;
    busy = true;
    say(problem, '');
    const of = number;
    try {
      await stream.request('set', visit.to, `<rating xmlns='urn:tresen:visit:1' number='${of}' value='${value}'>${words.hidden ? '' : escape(words.value.trim())}</rating>`);
      keep(of);
      if (number === of) {
        sent = true;
        changes = true;
      }
    } catch (error) {
      say(problem, t(/** @type {Error} */ (error).message === 'not-allowed' ? 'rate.late' : 'rate.failed'));
    }
    busy = false;
    render();
    if (sent) section.focus();
  }

  return ({ chat, running }) => {
    const kind = running ? '' : chat['rating'] || '';
    const next = kind ? chat.number : sent && !running && chat.number === number ? number : '';
    if (next !== number) {
      number = next;
      sent = false;
      words.value = '';
      say(problem, '');
      changes = false;
      draw(kind);
    }
    if (kind) attribute(words, 'data-not', chat['rating-words'] === 'no');
    render();
  };
}
