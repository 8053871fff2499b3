/**
 * Messages that were left, and what becomes of them (docs/PROTOCOL.md section 17): the tickets of the visitor with the step
 * that each has come to, where the next line goes, and the button of who waits and would rather leave a message. Fetched when
 * there are tickets, nobody is there or the visitor waits, so it is a file of its own in the bundle, with its styles; what it needs it is given.
 *
 * A step is read out with the desk's notice in the log; here it is shown. Where the next line goes is a status message above the input.
 *
 * @typedef {import('../chat.js').Chat} Chat
 * @typedef {import('../chat.js').Ticket} Ticket
 * @typedef {{element: HTMLElement, subject: HTMLElement, step: HTMLElement, hint: HTMLElement, write: HTMLElement}} Card
 */
import css from '../styles/tickets.css';

export { css };

const LEAVE = "<leave xmlns='urn:tresen:visit:1'/>";
/** An agent was faster: the chat goes on, which is shown by itself. */
const TAKEN = /^(unexpected-request|item-not-found)$/;
/** The next line is none of the tickets'. */
const NEW = '0';

const asks = (/** @type {Ticket} */ { 'state': state, waits }) => state === 'waiting' || waits === 'true';

/**
 * Which ticket a line goes to of which the visitor has not said anything: what waits for an answer, and while nobody is there the latest that goes on.
 * @param {Chat} chat @returns {string} empty: none of them
 */
export function usual({ running, tickets, availability }) {
  if (running) return '';
  const open = availability === 'unavailable' && tickets[0]?.['state'] !== 'solved' ? tickets[0] : undefined;
  return (tickets.find(asks) || open)?.number || '';
}

/** @param {Parameters<import('../main.js').Make>} given @returns {(chat: Chat) => void} */
// eslint-disable-next-line max-lines-per-function -- the tickets, the line above the input and the button share what was chosen
export function make(...given) {
  const [{ attribute, button, h, say }, t, panel, stream, visit, , , { part, draw: redraw }] = given;
  const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (panel.querySelector(`.${part}`));
  /** @type {Map<string, Card>} */
  const cards = new Map();
  /** What the visitor has chosen: a ticket's number, or none of them. */
  let chosen = '';
  let all = false;
  let busy = false;
  let hasLeft = false;
  /** The visitor's last line that went to one, or to none of them. */
  let counted = '';
  /** @type {Chat} */
  let chat;
  /** When somebody is there again. @type {Promise<(chat: Chat) => void>|undefined} */
  let hours;

  const input = find('input');
  const list = h('ul', { class: 'ticket-list' });
  const toggle = button('link tickets-all', () => {
    all = !all;
    render();
  });
  const strip = h('section', { class: 'tickets', 'aria-label': t('ticket.list') }, list, toggle);
  const words = h('span', { role: 'status' });
  const other = button('link target-other', () => choose(chosen === NEW ? '' : NEW));
  const target = h('div', { class: 'target' }, words, ' ', other);
  const problem = h('span', { class: 'error', role: 'alert' });
  const instead = button('link leave', leave, t('leave.instead'));
  find('banner').after(strip);
  find('hurry').before(instead, problem);
  find('composer').before(target);

  /** @param {string} number */
  function choose(number) {
    chosen = number;
    render();
    input.focus();
  }

  async function leave() {
    if (busy) return;
    busy = true;
    say(problem, '');
    try {
      await stream.request('set', visit.to, LEAVE);
      hasLeft = true;
    } catch (error) {
      if (!TAKEN.test(/** @type {Error} */ (error).message)) say(problem, t('leave.failed'));
    }
    busy = false;
    render();
  }

  /** @param {string} number @returns {Card} */
  function makeCard(number) {
    const subject = h('div', { class: 'ticket-subject', dir: 'auto' });
    const step = h('span', { class: 'ticket-step' });
    const hint = h('div', { class: 'ticket-hint' }, t('ticket.hint'));
    const write = button('link ticket-write', () => choose(number), t('ticket.write'));
    attribute(write, 'aria-label', t('ticket.named', { number }));
    const element = h('li', { class: 'ticket', tabindex: '-1' }, subject,
      h('div', { class: 'ticket-line' }, h('span', { class: 'ticket-number' }, t('ticket.number', { number })), step, write), hint);
    const card = { element, subject, step, hint, write };
    cards.set(number, card);
    return card;
  }

  /** Counts lines that are stored: from then on the next ones go the same way. */
  function count() {
    const said = chat.entries.findLast((entry) => entry.about);
    if (said?.about && said.state !== 'sending' && said.id !== counted) {
      counted = said.id;
      chosen = said.about === NEW ? '' : said.about;
    }
    if (chat.running || (chosen !== NEW && !chat.tickets.some(({ number }) => number === chosen))) chosen = '';
  }

  /** @param {Ticket} ticket @param {boolean} shown */
  function draw({ number, 'state': state, subject }, shown) {
    const card = cards.get(number) || makeCard(number);
    card.element.hidden = !shown;
    attribute(card.element, 'data-state', state);
    say(card.subject, subject || '');
    say(card.step, t(`step.${state}`));
    card.hint.hidden = state !== 'received';
    card.write.hidden = chat.running || chat.about === number;
    return card.element;
  }

  function drawList() {
    const { tickets, running } = chat;
    const sorted = [...tickets].sort((a, b) => +asks(b) - +asks(a));
    const open = sorted.filter(({ 'state': state }) => state !== 'solved');
    const first = running ? undefined : sorted.find(asks) || open[0];
    const made = sorted.map((ticket) => draw(ticket, all || ticket === first));
    if (made.some((element, at) => list.children[at] !== element) || list.children.length !== made.length) list.replaceChildren(...made);
    strip.hidden = !tickets.length;
    list.hidden = !all && !first;
    toggle.hidden = tickets.length < 2 && !!first;
    say(toggle, t('ticket.all', { n: tickets.length }));
    attribute(toggle, 'aria-expanded', String(all));
  }

  /** Where the next line goes. @param {boolean} nobody */
  function drawTarget(nobody) {
    const number = usual(chat);
    const { about } = chat;
    const key = about === NEW ? 'ticket.fresh' : about ? 'ticket.to' : nobody && chat.entries.length ? 'ticket.nobody' : '';
    target.hidden = !key || find('composer').hidden;
    say(words, t(key, { number: about }));
    other.hidden = !about || (about === NEW && !number);
    say(other, t(about === NEW ? 'ticket.back' : 'ticket.new', { number }));
    if (about && find('banner').dataset.kind === 'closed') find('banner').hidden = true; // what begins a new chat is said here
  }

  function render() {
    count();
    const { running, availability } = chat;
    const waits = chat.leave && chat.queued;
    const about = chosen || usual(chat);
    const asked = chat.mustAsk;
    chat.about = about;
    if (chat.mustAsk !== asked) redraw(); // what begins a chat may have to be asked for first
    const nobody = running ? chat.chat.left : availability === 'unavailable';
    if (nobody) hours ||= part('hours').then((module) => module.make(...given));
    hours?.then((show) => show(chat), () => { hours = undefined; });
    if (+chat.about || nobody) attribute(input, 'placeholder', t(+chat.about ? 'write' : 'leave'));
    instead.hidden = !waits || !find('hurry').hidden;
    if (!waits) say(problem, '');
    drawList();
    drawTarget(!!nobody);
    const receipt = hasLeft && !running && /** @type {HTMLElement|null} */ (list.querySelector('.ticket:not([hidden])'));
    if (receipt) {
      hasLeft = false;
      receipt.focus();
    }
  }

  return (now) => {
    chat = now;
    render();
  };
}
