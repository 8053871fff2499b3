/**
 * Forms that agents send (XEP-0004 in a line of the agent's; docs/PROTOCOL.md section 15): a card below the line, with the
 * form as long as it waits for an answer, and what became of it afterwards.
 *
 * A form is known by the id of its message; what became of it comes from here, from the visitor's other pages, from an agent
 * who takes it back, from the end of the chat or from history, in any order. What is being filled in stays while the log is
 * drawn anew: the card is made once.
 *
 * @typedef {import('../xml.js').Element} Element
 * @typedef {''|'answered'|'declined'|'withdrawn'|'over'} Fate
 * @typedef {{to: string, title: string, lead: string, questions: Element[], fate: Fate, words: string, card?: HTMLElement}} Form
 */
import { child, children, escape, text, x } from '../xml.js';

const VISIT = 'urn:tresen:visit:1';
const FORM = 'jabber:x:data';
/** Errors after which it cannot be answered any more. */
const OVER = /^(conflict|not-allowed|item-not-found)$/;

/** @param {Element} message */
const mark = (message) => child(message, 'line', VISIT)?.attrs || {};

/** What the widget sends. @param {string} about @param {string} id @param {Record<string, string>|undefined} values undefined: it is declined */
export function answer(about, id, values) {
  const all = values || {};
  const fields = Object.keys(all).map((name) => x('field', { var: name },
    ...all[name].split('\n').map((line) => x('value', {}, escape(line)))));
  return x('answer', { xmlns: VISIT, about, id }, x('x', { xmlns: FORM, type: values ? 'submit' : 'cancel' }, ...fields));
}

/**
 * @param {{h: typeof import('./h.js').h, say: typeof import('./h.js').say, attribute: typeof import('./h.js').attribute}} dom
 * @param {import('../main.js').Words} t @param {(text: string) => void} tell what is read out
 * @param {() => void} draw @param {import('./pages.js').Stream} stream
 * @param {() => Promise<{makeFields: typeof import('./fields.js').makeFields}>} bring the file that has the fields
 */
// eslint-disable-next-line max-lines-per-function -- one card, and what it shares with the others
export function makeAsks(dom, t, tell, draw, stream, bring) {
  const { h, say } = dom;
  /** @type {Map<string, Form>} */
  const forms = new Map();
  /** What became of lines that have not come yet. @type {Map<string, {fate: Fate, words: string}>} */
  const early = new Map();
  /** The last end of a chat: what was asked before is over. */
  let ended = 0;

  /** @param {string} id @param {Fate} fate @param {string} [words] */
  function settle(id, fate, words = '') {
    const form = forms.get(id);
    if (!form || (form.fate && form.fate !== 'over')) return;
    Object.assign(form, { fate, words });
    fresh(form, id);
  }

  /** @param {Form} form @param {string} id */
  function fresh(form, id) {
    const old = form.card;
    const focused = old?.matches(':focus-within');
    form.card = make(form, id);
    old?.replaceWith(form.card);
    if (focused) form.card.focus();
  }

  /** @param {Form} form @param {string} id */
  function make(form, id) {
    const { title, lead, fate, words } = form;
    const top = [h('p', { class: 'ask-title' }, title), !fate && lead && h('p', { class: 'ask-lead' }, lead)];
    if (!fate) return makeOpen(form, id, top);
    return h('div', { class: 'ask', role: 'group', tabindex: '-1', 'aria-label': t('ask.title') }, ...top,
      words && h('div', { class: 'ask-words', dir: 'auto' }, words), h('p', { class: 'ask-state' }, t(`ask.${fate}`)));
  }

  /** @param {Form} form @param {string} id @param {(Node|string|false)[]} top */
  function makeOpen(form, id, top) {
    /** @type {import('./fields.js').Field[]} */
    let fields = [];
    const problem = h('p', { class: 'error', role: 'alert' });
    // The same for each try: one that the desk has stored already is not stored twice.
    const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
    let busy = false;
    const send = async (/** @type {boolean} */ fills) => {
      if (busy) return;
      busy = true;
      const given = fields.filter(({ value }) => value());
      const values = Object.fromEntries(given.map(({ question, value }) => [question.name, value()]));
      try {
        await stream.request('set', form.to, answer(id, fills ? key : `${key}-no`, fills ? values : undefined));
        settle(id, fills ? 'answered' : 'declined', fills ? given.map(({ question, words }) => `${question.label || question.name}: ${words()}`).join('\n') : '');
        tell(t(`ask.${form.fate}`));
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        if (OVER.test(message)) settle(id, 'over');
        else say(problem, t(message === 'not-acceptable' ? 'form.wrong' : 'ask.failed'));
      }
      busy = false;
    };
    // Where they cannot be fetched just now, Send tries once more.
    const load = () => bring().then(({ makeFields }) => {
      if (fields.length) return;
      fields = makeFields(dom, t, `ask-${id}`, form.questions);
      problem.before(...fields.map(({ element }) => element));
      say(problem, '');
    }, () => say(problem, t('ask.failed')));
    load();
    return h('form', { class: 'ask', novalidate: true, tabindex: '-1', 'aria-label': form.title, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!fields.length) {
        load();
        return;
      }
      const wrong = fields.filter(({ check }) => !check());
      say(problem, wrong.length ? t('ask.check', { fields: wrong.map(({ question }) => question.label || question.name).join(t('ask.comma')) }) : '');
      if (wrong.length) wrong[0].focus();
      else send(true);
    } }, ...top, problem, h('div', { class: 'ask-buttons' },
      h('button', { type: 'button', class: 'quiet ask-no', onclick: () => send(false) }, t('ask.no')),
      h('button', { type: 'submit', class: 'primary ask-send' }, t('ask.send'))));
  }

  return {
    /** A line of the agent's, maybe with a form. @param {Element} message @param {{body: string, edit?: import('./edits.js').Edit}} line */
    requested(message, line) {
      const { from = '', id = '' } = message.attrs;
      const form = mark(message)['requested'] && child(message, 'x', FORM);
      if (!form || !/^e\d+$/.test(id)) return;
      const { fate, words } = early.get(id) || { fate: +id.slice(1) < ended ? /** @type {Fate} */ ('over') : '', words: '' };
      if (!forms.has(id)) {
        forms.set(id, {
          to: from.split('/')[0], title: text(child(form, 'title')), lead: text(child(form, 'instructions')), fate, words,
          questions: children(form, 'field'),
        });
      }
      line.edit = ['', '', '', '', '', id];
      const parts = line.body.split('\n\n'); // the form's own words stand in the card
      line.body = parts.length > 1 ? parts[0] : t('ask.title');
    },
    /** @param {Element} message @param {{body: string}} line @returns {boolean} it is what became of a form, and no line */
    settled(message, { body }) {
      const { about = '', answered = '', event } = mark(message);
      if (event === 'closed') {
        const at = +(child(message, 'stanza-id')?.attrs.id || message.attrs.id?.slice(1) || 0);
        ended = Math.max(ended, at);
        for (const id of forms.keys()) if (+id.slice(1) < at) settle(id, 'over');
      }
      const fate = /^form-(answered|declined|withdrawn)$/.exec(answered)?.[1];
      if (!fate) return false;
      const words = fate === 'answered' ? body.split('\n').slice(1).join('\n') : '';
      early.set(about, { fate: /** @type {Fate} */ (fate), words });
      const open = !forms.get(about)?.fate;
      settle(about, /** @type {Fate} */ (fate), words);
      if (fate === 'withdrawn' && open) tell(t('ask.withdrawn'));
      draw();
      return true;
    },
    /** @param {HTMLElement} line behind which it comes @param {string} id */
    show(line, id) {
      const form = /** @type {Form} */ (forms.get(id));
      form.card ||= make(form, id);
      line.after(form.card);
    },
  };
}
