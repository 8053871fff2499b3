/**
 * Pages of the site that agents offer (docs/PROTOCOL.md section 13): a card with two buttons under the line. Nothing opens
 * by itself. What the visitor does is told to the desk first, then the page is opened, in the same tab: the chat goes on there. A page of
 * another of the site's origins, where it would not, opens in a tab of its own, and the link names the host.
 *
 * A line's offer is known by the id of its message; what became of it comes from here, from the visitor's other
 * pages or from history, in any order.
 *
 * @typedef {import('../xml.js').Element} Element
 * @typedef {{request(kind: 'set', to: string, content: string, timeout?: number): Promise<unknown>}} Stream
 * @typedef {{to: string, url: string, answer: ''|'opened'|'declined', busy: boolean, problem: string}} Offer
 */
const VISIT = 'urn:tresen:visit:1';
/** Longer nobody waits for a page. */
const PATIENCE_MS = 3000;

/** @param {Element} message */
const mark = (message) => /** @type {Element|undefined} */ (
  message.children.find((c) => typeof c !== 'string' && c.name === 'line' && c.ns === VISIT))?.attrs || {};

/** @param {string} text @returns {string} empty: none that we open */
export function address(text) {
  try {
    const { protocol, username, password, href } = new URL(text);
    return /^https?:$/.test(protocol) && !username && !password ? href : '';
  } catch {
    return '';
  }
}

/**
 * @param {typeof import('./h.js').h} h @param {import('../main.js').Words} t @param {(text: string) => void} say
 * @param {() => void} draw @param {Stream} stream @param {(url: string) => void} [go] @param {() => string} [here]
 */
// eslint-disable-next-line max-lines-per-function -- one card, and what it shares with the others
export function makePages(h, t, say, draw, stream, go = (url) => location.assign(url), here = () => location.origin) {
  /** @type {Map<string, Offer>} */
  const offers = new Map();
  /** Answers to lines that have not come yet. @type {Map<string, 'opened'|'declined'>} */
  const early = new Map();

  /** @param {Offer} offer @param {string} id @param {'opened'|'declined'} answer */
  async function tell(offer, id, answer) {
    const told = stream.request('set', offer.to, `<answer xmlns='${VISIT}' about='${id}' answered='${answer}'/>`);
    await (answer === 'opened' ? Promise.race([told, new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); })]) : told);
    offer.answer = answer;
  }

  /** @param {string} id @param {'opened'|'declined'} answer @param {(url: string) => void} [leave] */
  async function act(id, answer, leave = go) {
    const offer = /** @type {Offer} */ (offers.get(id));
    if (offer.busy) return;
    offer.busy = true;
    offer.problem = '';
    try {
      if (!offer.answer) await tell(offer, id, answer);
    } catch {
      if (answer === 'declined') offer.problem = t('page.failed');
    }
    offer.busy = false;
    if (answer === 'opened') leave(offer.url);
    else say(offer.problem || t('page.declined'));
    fresh(id);
  }

  /** The card as it is now, wherever it stands. @type {Map<string, HTMLElement>} */
  const cards = new Map();

  /** @param {string} id */
  function fresh(id) {
    const card = cards.get(id);
    const focused = card?.matches(':focus-within');
    card?.replaceChildren(...inside(id));
    if (focused) /** @type {HTMLElement|null} */ (card?.querySelector('a,button'))?.focus();
  }

  /** @param {string} id @returns {HTMLElement[]} */
  function inside(id) {
    const { url, answer, problem } = /** @type {Offer} */ (offers.get(id));
    const elsewhere = new URL(url).origin !== here();
    const open = (/** @type {MouseEvent} */ event) => {
      const apart = elsewhere || event.ctrlKey || event.metaKey || event.shiftKey; // a tab of its own, as with any link
      if (!apart) event.preventDefault();
      act(id, 'opened', apart ? () => {} : go);
    };
    const link = h('a', {
      class: answer ? 'link page-open' : 'primary page-open', href: url, onclick: open, rel: 'noopener', ...(elsewhere && { target: '_blank' }),
    }, t('page.open'), elsewhere && ` (${new URL(url).host})`);
    const word = answer && h('span', { class: 'page-state' }, t(`page.${answer}`));
    const no = !answer && h('button', { type: 'button', class: 'quiet page-no', onclick: () => act(id, 'declined') }, t('page.no'));
    return /** @type {HTMLElement[]} */ ([word, link, no, problem && h('span', { class: 'error' }, problem)].filter(Boolean));
  }

  return {
    /** A line of the agent's, maybe with an offer. @param {Element} message @param {{body: string, edit?: import('./edits.js').Edit}} line */
    offered(message, line) {
      const { from = '', id = '' } = message.attrs;
      const url = address(mark(message).offered || '');
      if (!url || !/^e\d+$/.test(id)) return;
      if (!offers.has(id)) offers.set(id, { to: from.split('/')[0], url, answer: early.get(id) || '', busy: false, problem: '' });
      line.edit = ['', '', '', '', id];
      line.body = line.body.split('\n').slice(0, -1).join('\n') || t('page.title'); // the address stands in the card
    },
    /** @param {Element} message @returns {boolean} it is what became of an offer, and no line */
    answered(message) {
      const { about = '', answered } = mark(message);
      if (answered !== 'opened' && answered !== 'declined') return false;
      early.set(about, answered);
      const offer = offers.get(about);
      if (offer) offer.answer = answered;
      if (offer) fresh(about);
      draw();
      return true;
    },
    /** @param {HTMLElement} text behind which it comes @param {string} id */
    show(text, id) {
      const card = h('div', { class: 'page', role: 'group', 'aria-label': t('page.title') }, ...inside(id));
      cards.set(id, card);
      text.after(h('span', { class: 'page-address', dir: 'ltr' }, /** @type {Offer} */ (offers.get(id)).url), card);
    },
  };
}
