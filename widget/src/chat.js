/**
 * The conversation as the page knows it: lines, who is there, what is unread, what is not yet stored. It knows neither the
 * page's elements nor the network.
 *
 * Order: lines that the desk has stored come first, in the order of the archive; then the visitor's own lines that it has
 * not acknowledged. Ids of the archive are the desk's; where they are numbers, a line that comes late (a receipt behind the
 * notice that it caused) goes to its place by them. `last`, the id to ask the archive after, moves only over an unbroken row (docs/PROTOCOL.md section 5).
 *
 * @typedef {'chat'|'away'|'dnd'|'unavailable'} Availability
 * @typedef {{state: string, number: string, at?: string, position: number, left?: string, agent: string, rating?: string, 'rating-words'?: string}} ChatState
 * @typedef {{
 *   id: string, archive: string, by: string, name: string, body: string, time: number,
 *   seen: ''|'delivered'|'read', edit?: import('./view/edits.js').Edit,
 * }} Line
 * @typedef {'sending'|'stored'|'delivered'|'read'|'failed'} EntryState
 * @typedef {Omit<Line, 'seen'> & {key: string, state: EntryState, problem: string, about?: string}} Entry
 * @typedef {{element: import('./xml.js').Element, required: boolean}} Field
 * @typedef {{number: string, state: 'received'|'taken'|'waiting'|'solved', subject?: string, waits?: string}} Ticket
 * the desk's attributes, so that the name of the state is written in quotes (build.mjs); waits: for an answer of the visitor's
 */

const RANK = { failed: 0, sending: 0, stored: 1, delivered: 2, read: 3 };
export const MAX_LENGTH = 5000;
const MAX_OUTBOX = 50;
const NO_CHAT = { state: '', number: '', position: 0, agent: '' };

/** A string's length as the desk counts it. @param {string} text */
export const length = (text) => [...text].length;

export class Chat {
  /** @type {Entry[]} */
  entries = [];
  /** @type {ChatState} */
  chat = NO_CHAT;
  /** @type {Availability} */
  availability = 'unavailable';
  department = '';
  /** Whose conversation it is; empty: not known yet. */
  visitor = '';
  /** What all visitors are told: lines. */
  bulletin = '';
  /** Why the desk does not let this visitor in; empty: it does. */
  isShut = '';
  /** @type {Field[]} what the visitor must or may be asked for */
  form = [];
  /** The most bytes of a file that the desk takes; 0: none. */
  room = 0;
  /** @type {Ticket[]} the visitor's, the latest first */
  tickets = [];
  /** Who waits may leave a message instead. */
  leave = false;
  /** What the next line is about: a ticket's number, '0' a new question; empty: as the desk finds. */
  about = '';
  typing = false;
  /** Whether all that the archive has, up to now, is here. */
  synced = false;
  /** Whether the archive has lines before the first one here. */
  older = false;
  first = '';
  last = '';
  #store;
  #tell;
  #keys = 1e5; // as many digits for all: what is written down is sorted by it

  /** @param {import('./store.js').Store} store @param {() => void} tell something changed */
  constructor(store, tell) {
    this.#store = store;
    this.#tell = tell;
    this.recall();
  }

  /** A conversation that the next page should take up again. */
  get running() {
    return this.queued || this.chat.state === 'active';
  }

  get mustAsk() {
    return !+this.about && this.form.some((field) => field.required); // what goes to a ticket begins no chat
  }

  /** The visitor's lines that the desk has not acknowledged, oldest first. */
  get pending() {
    return this.entries.filter((entry) => entry.state === 'sending');
  }

  /** Whether a line would be lost with the page. */
  get careful() {
    return this.pending.some((entry) => entry.problem === 'unkept');
  }

  /** Lines of agents that were not seen yet. */
  get unread() {
    const seen = this.#store.get('seen');
    let count = 0;
    for (let i = this.entries.length; i--;) {
      if (seen && this.entries[i].archive === seen) break;
      if (this.entries[i].by === 'agent') count++;
    }
    return count;
  }

  /** Queued or offered: nobody has it yet. */
  get queued() {
    return /^[qo]/.test(this.chat.state);
  }

  /** There are tickets, or may be soon: nobody is there, or the visitor waits and may leave a message. */
  get hasTickets() {
    return this.department && (this.tickets[0] || this.availability === 'unavailable' || (this.leave && this.queued));
  }

  /** @param {string} body @returns {Entry|undefined} undefined: it cannot be taken */
  say(body) {
    const waiting = this.entries.filter((entry) => !RANK[entry.state]).length;
    if (!body.trim() || length(body) > MAX_LENGTH || waiting >= MAX_OUTBOX) return undefined;
    const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
    return this.adopt({ id, body, time: Date.now(), about: this.about });
  }

  /**
   * A line of the visitor that the desk does not have yet: just written, here or in another page, or sent again.
   * @param {Pick<Entry, 'id'|'body'|'time'|'about'> & {problem?: string}} line
   */
  adopt({ id, body, time, about, problem = '' }) {
    const entry = this.#own(id) || this.#add({ id, body, time, about }, this.entries.length);
    if (!RANK[entry.state]) {
      entry.state = problem ? 'failed' : 'sending';
      entry.problem = problem;
      this.#keep(entry);
      if (!problem) this.#store.set('run', '1'); // until the desk has said what became of it
      this.#tell();
    }
    return entry;
  }

  /** What was written down and is not acknowledged, by pages that are not there any more, too. */
  recall() {
    for (const text of this.#store.all('run.').sort()) {
      try {
        const line = JSON.parse(text);
        if (line.body && !this.#own(line.id)) this.adopt(line);
      } catch {
        // Not ours.
      }
    }
  }

  /** A line by an id of a message. @param {string} id */
  named(id) {
    return this.#own(id) || this.#stored(id.slice(1));
  }

  /** A line arrived by itself. @param {Line} line @returns {boolean} it is new */
  receive(line) {
    const known = this.#find(line);
    if (known) this.#merge(known, line);
    else this.#add(line, this.#place(line.archive));
    if (line.by === 'agent') this.typing = false;
    if (!known) this.#advance(line.archive);
    this.#tell();
    return !known;
  }

  /** The desk has stored a line. @param {string} id @param {string} archive */
  acknowledge(id, archive) {
    const entry = this.#own(id);
    if (!entry) return;
    // What had its place already (by history) was counted there; the receipt of a repeat must not move `last` back.
    const placed = entry.archive;
    this.#merge(entry, { archive, seen: '' });
    if (!placed) {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.entries.splice(this.#place(archive), 0, entry);
      this.#advance(archive);
    }
    this.#tell();
  }

  /** An agent's client has a line, or the agent has read it, and so those before it (XEP-0333). @param {string} id @param {'delivered'|'read'} seen */
  mark(id, seen) {
    const index = this.entries.findIndex((entry) => entry.by === 'visitor' && entry.id === id);
    for (const entry of this.entries.slice(0, index + 1)) {
      if (entry.by === 'visitor' && RANK[entry.state] > 0 && RANK[entry.state] < RANK[seen]) entry.state = seen;
    }
    this.#tell();
  }

  /** A line was refused: for good, or ('sending') it goes on later. @param {string} id @param {'failed'|'sending'} state @param {string} problem */
  refuse(id, state, problem) {
    const entry = this.#own(id);
    if (!entry || RANK[entry.state] > 0) return;
    Object.assign(entry, { state, problem });
    this.#keep(entry);
    this.#tell();
  }

  /**
   * A page of the archive. `where` is what was asked: after an id, the last page, or before the first.
   * @param {'after'|'last'|'before'} where @param {Line[]} lines @param {{complete: boolean, first: string, last: string}} fin
   */
  page(where, lines, fin) {
    let at = where === 'after' ? this.entries.findIndex((e) => e.archive === this.last) + 1 : 0;
    for (const line of lines) {
      const known = this.#find(line);
      if (known) {
        this.#merge(known, line);
        at = this.#move(known, at) + 1;
      } else {
        this.#add(line, at++);
      }
    }
    if (where !== 'after') {
      this.first = fin.first;
      this.older = !fin.complete && lines.length > 0;
    }
    if (where !== 'before') {
      this.last = fin.last || this.last;
      if (where === 'last' || fin.complete) {
        this.synced = true;
        // What came by itself in the meantime follows the page without a gap.
        this.last = this.entries[this.#settled() - 1]?.archive || this.last;
      }
    }
    this.#tell();
  }

  /** @param {{visitor: string, department: string, availability: Availability, form: Field[], bulletin: string, room: number, tickets: Ticket[], leave: boolean}} known @param {ChatState} [chat] */
  checkedIn(known, chat) {
    this.isShut = '';
    Object.assign(this, known);
    this.enter(chat || (this.chat.state === 'closed' ? this.chat : NO_CHAT));
  }

  /** The check-in was refused. @param {string} why */
  shut(why) {
    this.isShut = why;
    this.#tell();
  }

  /** @param {ChatState} chat */
  enter(chat) {
    this.chat = chat;
    if (!this.running) this.typing = false;
    // A message that was just left is a ticket, which the next check-in tells of.
    const left = chat.left && !this.tickets.some(({ number }) => number === chat.number);
    this.#store.set('run', left || this.running || this.pending[0] || this.tickets.some(({ 'state': state }) => state !== 'solved') ? '1' : '');
    this.#tell();
  }

  /** @param {{availability: Availability, bulletin: string}} known */
  present(known) {
    Object.assign(this, known);
    this.#tell();
  }

  /** @param {boolean} typing */
  types(typing) {
    this.typing = typing && this.chat.state === 'active';
    this.#tell();
  }

  /** The connection is gone: what arrives until the archive was asked is not counted. */
  disconnected() {
    this.synced = false;
    this.typing = false;
    this.#tell();
  }

  /** All is seen now. @returns {Entry|undefined} the agent's line to say so about */
  see() {
    const newest = this.entries.findLast((entry) => entry.by === 'agent' && entry.archive);
    if (!newest || newest.archive === this.#store.get('seen')) return undefined;
    this.#store.set('seen', newest.archive);
    this.#tell();
    return newest;
  }

  /** The agents' lines since the last one that was acknowledged: they are taken as acknowledged now. @returns {Entry[]} */
  receipts() {
    const got = this.entries.findIndex((entry) => entry.archive && entry.archive === this.#store.get('got'));
    const lines = this.entries.slice(got + 1).filter((entry) => entry.by === 'agent' && entry.archive);
    const newest = lines.at(-1);
    if (newest) this.#store.set('got', newest.archive);
    return lines;
  }

  /** Somebody else's conversation from here on; own lines that nobody has yet stay. */
  reset() {
    this.entries = this.entries.filter((entry) => !RANK[entry.state]);
    this.first = this.last = '';
    this.older = this.synced = false;
    this.chat = NO_CHAT;
    this.#store.set('seen', '');
    this.#store.set('got', '');
    this.#tell();
  }

  /** As on the first day. */
  forget() {
    this.visitor = this.department = '';
    this.entries = [];
    this.form = this.tickets = [];
    this.reset();
  }

  /** Where the lines end that the desk has stored. */
  #settled() {
    return this.entries.findLastIndex((entry) => entry.by !== 'visitor' || RANK[entry.state] > 0) + 1;
  }

  /** Where a stored line belongs. @param {string} archive */
  #place(archive) {
    let at = this.#settled();
    while (at && +this.entries[at - 1].archive > +archive) at--;
    return at;
  }

  /** @param {string} archive */
  #advance(archive) {
    if (this.synced && archive && !(+archive < +this.last)) this.last = archive;
  }

  /** @param {Line} line */
  #find({ id, archive, by }) {
    return this.#stored(archive) || (by === 'visitor' || !archive ? this.#own(id) : undefined);
  }

  /** Of the visitor's, or one that no archive has: others may have the same id. @param {string} id */
  #own(id) {
    return this.entries.find((entry) => entry.id === id && (entry.by === 'visitor' || !entry.archive));
  }

  /** @param {string} archive */
  #stored(archive) {
    return this.entries.find((entry) => archive && entry.archive === archive);
  }

  /** @param {Partial<Line> & {id: string, body: string, time: number, about?: string}} line @param {number} at @returns {Entry} */
  #add({ id, archive = '', by = 'visitor', name = '', body, time, about, seen, edit }, at) {
    /** @type {Entry} */
    const entry = { key: `e${++this.#keys}`, id, archive, by, name, body, time, about, edit, problem: '',
      state: archive || by !== 'visitor' ? seen || 'stored' : 'sending' };
    this.entries.splice(at, 0, entry);
    return entry;
  }

  /** @param {Entry} entry @param {number} at @returns {number} its place now */
  #move(entry, at) {
    const from = this.entries.indexOf(entry);
    this.entries.splice(from, 1);
    const to = from < at ? at - 1 : at;
    this.entries.splice(to, 0, entry);
    return to;
  }

  /** @param {Entry} entry @param {Pick<Line, 'archive'|'seen'> & Partial<Line>} line */
  #merge(entry, { archive, seen, time }) {
    entry.archive ||= archive;
    const state = seen || 'stored';
    if (time) entry.time = time;
    entry.problem = '';
    if (RANK[state] > RANK[entry.state]) entry.state = state;
    this.#keep(entry);
  }

  /** Written down until it is acknowledged: refused lines too, for good ones with the reason. @param {Entry} entry */
  #keep(entry) {
    const { key, id, body, time, about, state, by } = entry;
    if (by !== 'visitor') return;
    const problem = state === 'failed' ? entry.problem : undefined;
    if (!this.#store.set(`run.${id}`, RANK[state] ? '' : JSON.stringify({ time, key, id, body, about, problem }))) entry.problem = problem || 'unkept';
  }
}
