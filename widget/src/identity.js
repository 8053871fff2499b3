/**
 * Who the page says that the visitor is: tresen('identify', JWT), or a function that brings one (docs/PROTOCOL.md section 19).
 * Fetched with the first such call, and where the website has vouched for who was here last.
 *
 * The desk judges a JWT; here it is only seen whether another one names the same person. It is in memory alone. Written down (`proved`)
 * is that the visitor was proved, and when the page had been given that JWT: of several pages the one that was given its own last
 * says who is here. Until that is known nothing is shown of who was (decisions 0132 and 0133).
 *
 * @typedef {import('./main.js').Context} Context
 * @typedef {import('./main.js').Inner} Inner
 * @typedef {{
 *   vouch(): string|null, met(visitor: string, verified: string|undefined, shown?: string): void,
 *   refused(condition: string, shown?: string): boolean, say(value: unknown): void, drop(): void, begin(store: import('./store.js').Store): void,
 * }} Identity  begin: with a chat, or while it is there; vouch: what to show at a check-in, null: none yet, the visit is renewed then; met: the desk has answered, and says who it
 * is; refused: the desk has, true: something else is tried; say: the page's call; drop: nobody is logged in any more
 */
import { leave } from './leave.js';

/** The longest that the desk takes. */
const MAX_BYTES = 4096;
/** So long a page has to say who is here, where the last one was proved. */
const CALL_MS = 5000;
/** So long it has to bring a JWT, and so often it is asked at most. */
const ASK_MS = 10000;
const PAUSE_MS = 60000;
/** The JWT is no good, or the site has no keys. */
const REFUSED = /^(not-authorized|feature-not-implemented)$/;

/** Whom it names. @param {string} jwt */
function subject(jwt) {
  try {
    return JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).sub;
  } catch {
    return jwt; // the desk says what is wrong
  }
}

/** For who makes the website. @param {string} why */
const complain = (why) => console.warn(`tresen: identify: ${why}`);
const after = (/** @type {number} */ ms) => new Promise((done) => { setTimeout(done, ms); });

/** @param {unknown} value @returns {string} empty: it is none */
function clean(value) {
  if (!value) return '';
  if (typeof value === 'string' && value.length <= MAX_BYTES) return value;
  complain('no JWT, or too long');
  return '';
}

/** @param {() => unknown} source */
async function ask(source) {
  try {
    return clean(await Promise.race([source(), after(ASK_MS).then(() => { throw new Error('no answer'); })]));
  } catch (error) {
    complain(String(error));
    return '';
  }
}

/** The one of this page. @param {Context} context */
export const identityOf = (context) => (context.identity ||= make(context));

/** @param {Context} context @returns {Identity} */
// eslint-disable-next-line max-lines-per-function -- what is known, and the few ways in which that changes
function make(context) {
  let jwt = '';
  /** Whom it names, or the last one did. @type {unknown} */
  let who;
  /** When the page was given it. */
  let since = '';
  /** @type {(() => unknown)|undefined} */
  let source;
  let asked = -Infinity;
  let turn = 0; // what an earlier question brings does not count any more
  let isBusy = false;
  /** The page has said that nobody is, or nothing that is any good. */
  let isNobody = false;
  let isRefused = false;
  /** The log-in has run out while the page was there. */
  let isOver = false;
  let isVeiled = false;

  const inner = () => /** @type {Inner} */ (context.inner);
  const proved = () => inner().store.get('proved');

  /** What was kept of who was here is not to be found in the store. @param {import('./store.js').Store} store */
  function veil(store) {
    const { get, set, all } = store;
    isVeiled = true;
    Object.assign(store, {
      get: (/** @type {string} */ key) => (isVeiled && key === 'draft' ? '' : get(key)),
      set: (/** @type {string} */ key, /** @type {string} */ value) => (isVeiled && key === 'draft' && !value) || set(key, value),
      all: (/** @type {string} */ start) => (isVeiled ? [] : all(start)),
    });
  }

  function unveil() {
    if (!isVeiled) return;
    isVeiled = false;
    const { chat, panel, store } = inner();
    chat.recall();
    panel.draft(store.get('draft'));
  }

  /** What was typed, and filled in. @param {import('./view/panel.js').Panel} panel */
  function empty(panel) {
    const form = /** @type {HTMLFormElement|null} */ (panel.element.querySelector('.form'));
    panel.draft('');
    form?.reset();
  }

  /** Who has come in is typing already. @param {import('./view/panel.js').Panel} panel */
  function keepTyped(panel) {
    const input = /** @type {HTMLTextAreaElement} */ (panel.element.querySelector('.input'));
    panel.draft(input.value);
  }

  /** Somebody else is here than was. What was written before that was known is theirs. */
  function change() {
    const { chat, store, panel } = inner();
    const own = chat.department ? [] : chat.pending.filter(({ time }) => time >= performance.timeOrigin);
    const settle = isVeiled ? keepTyped : empty;
    isVeiled = false;
    store.clear('run');
    chat.forget();
    for (const line of own) chat.adopt({ ...line, problem: '' });
    settle(panel);
  }

  /** Another page has found somebody else here. */
  function look() {
    if (!context.inner) return;
    const { chat, stream, panel, store } = context.inner;
    const visitor = store.get('visitor');
    if (!visitor || !chat.visitor || visitor === chat.visitor) return;
    stream.close();
    chat.forget();
    empty(panel);
    if (!panel.element.hidden) stream.open();
  }

  /** @param {string} value */
  function take(value) {
    const named = subject(value);
    if (who !== undefined && who !== named && context.inner) change();
    who = named;
    jwt = value;
    since = String(Date.now());
  }

  const renew = () => context.inner?.visit.renew();

  function reset() {
    turn++;
    jwt = '';
    source = undefined;
    asked = -Infinity;
    isBusy = isNobody = isRefused = isOver = false;
  }

  /** It is not proved who is here: for the desk that is somebody else, but in a page in which a log-in has just run out. */
  function giveUp() {
    if (!context.inner) return; // the chat of another department is on its way, and asks by itself
    const { chat, stream, panel } = context.inner;
    isOver = !!(chat.department && proved());
    isNobody = !isOver;
    if (isOver) chat.shut('not-authorized');
    else if (panel.element.hidden && proved()) stream.close(); // there is nothing for whoever it is to hear
    else renew();
  }

  async function find() {
    if (isBusy) return;
    isBusy = true;
    const mine = turn;
    asked = Date.now();
    const value = source ? await ask(source) : await after(CALL_MS);
    if (mine !== turn) return;
    isBusy = false;
    if (!value) giveUp();
    else {
      take(value);
      renew();
    }
  }

  addEventListener('storage', ({ key, newValue }) => {
    if (key === `${context.prefix}visitor` || key === `${context.prefix}proved`) look();
    // Somebody has logged out in another page. Who is logged in after that, a function will know.
    if (key === `${context.prefix}token` && !newValue) jwt = '';
  });

  return {
    begin(store) {
      if (context.inner) look();
      else if (store.get('proved')) veil(store);
    },
    vouch() {
      if (isOver) return null;
      if (isNobody || !(jwt || source || proved())) return '';
      // Another page was given its own later, and is there: it says who is here.
      if (jwt) return inner().stream.leads || since > proved() ? jwt : '';
      find();
      return null;
    },
    met(visitor, verified, shown) {
      const { chat, store } = inner();
      const was = chat.visitor || store.get('visitor');
      const other = was && was !== visitor;
      if (other && (verified || proved())) change();
      else if (other) chat.reset();
      store.set('proved', verified ? (shown && since) || proved() || '1' : '');
      unveil();
    },
    refused(condition, shown) {
      const { chat, stream } = inner();
      if (shown !== jwt) return !!shown; // meanwhile there is another one, which was shown by now
      if (!shown) {
        if (!isRefused || condition !== 'registration-required') return false;
        chat.shut('not-authorized'); // as to the one that was shown before
        return true;
      }
      if (!REFUSED.test(condition)) return false;
      complain(`not accepted (${condition})`);
      jwt = '';
      isRefused = true;
      if (source && Date.now() - asked > PAUSE_MS) find();
      else if (stream.leads) giveUp();
      else {
        isNobody = true; // for this page: it goes with the one that leads
        renew();
      }
      return true;
    },
    say(value) {
      reset();
      if (typeof value === 'function') source = /** @type {() => unknown} */ (value);
      else if (clean(value)) take(/** @type {string} */ (value));
      else {
        isNobody = true;
        if (context.inner?.chat.department && proved()) {
          leave(context.inner);
          return;
        }
      }
      renew();
    },
    drop() {
      reset();
      who = undefined;
      isNobody = true;
    },
  };
}
