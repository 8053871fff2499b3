/**
 * Which department: where the tag names several, the loader starts this instead of the chat. It shows them (view/choices.js) and starts the chat of
 * the one that the visitor has chosen, or of the conversation that goes on. Before that nothing is connected.
 *
 * The departments of a tag share one store and one stream, and so one visitor, one draft and one log-out. In the store, beside what the chat keeps
 * (store.js): `choice`, of which department the conversation is, in all of the visitor's pages: the page that leads (tabs.js) sends the lines of all.
 * The desk has the last word: its state of a chat says at which address that is.
 *
 * A chat stays of its department. Where another one is chosen, the former is put aside and another is started, with a context of its own: its launcher is a
 * stand-in, so that the real one is drawn here, once for all of them, and what it tells is heard here first.
 *
 * @typedef {import('./main.js').Context} Context
 * @typedef {import('./main.js').Inner} Inner
 * @typedef {import('./main.js').Parts} Parts
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {{
 *   department: string, color: string, bar: HTMLElement, isChosen: boolean, isKnown: boolean, parts?: Parts, inner?: Inner,
 * }} Seat  the chat of one department. isChosen: the visitor has, or a conversation goes on there; isKnown: the visitor has checked in there
 * @typedef {{availability?: string, domain?: string, color?: string, greeting?: string, texts?: Record<string, string>, parts?: string[],
 *   departments?: import('./view/choices.js').Choice[]}} Answer  docs/PROTOCOL.md section 6
 */
import { paint } from './paint.js';
import { makeStore } from './store.js';
import choose from './styles/choose.css';
import panel from './styles/panel.css';
import { makeChoices } from './view/choices.js';
import { button as makeButton, h, icon, sheet } from './view/h.js';
import { makeLauncher } from './view/launcher.js';
import { localeOf, makeWords } from './words.js';

const SMALL = '(max-width:480px),(max-height:400px)';
const BACK = 'M15 5l-7 7 7 7';
const ASK_MS = 5000;
/** Browsers keep the answer for 30 s. */
const FRESH_MS = 31000;

/** @param {Context} context @returns {(departments: string) => Promise<Answer>} */
const makeAsk = ({ gateway, lang }) => async (departments) => {
  const answer = await fetch(`${gateway}/w/1/status/${departments}?lang=${lang}`, { credentials: 'omit', signal: AbortSignal.timeout(ASK_MS) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

/**
 * What the chat of a department takes for the page's. What is the page's own in it (who the visitor is, whether visits are counted) stays so.
 * @param {Context} context @param {string} department @param {Answer} answer @param {string} hello @param {NonNullable<Context['tell']>} tell @returns {Context}
 */
function contextOf(context, department, answer, hello, tell) {
  const { button, dataset, domain } = context;
  const greeting = hello || dataset.greeting || answer.greeting;
  const launcher = Object.assign(h('span'), {
    before: (/** @type {HTMLElement} */ element) => button.before(element),
    focus: (/** @type {FocusOptions} */ options) => button.focus(options),
  });
  return Object.create(context, {
    department: { value: department },
    availability: { value: answer.availability || '' },
    domain: { value: answer.domain || domain },
    texts: { value: { ...context.texts, ...answer.texts, ...(greeting && { hello: greeting }) } },
    button: { value: launcher },
    tell: { value: tell },
    inner: { get: () => context.inner, set: (inner) => { context.inner = inner; } },
    identity: { get: () => context.identity, set: (identity) => { context.identity = identity; } },
  });
}

/** @param {Context} context @returns {Promise<Parts>} */
// eslint-disable-next-line max-lines-per-function -- what is shown, of which department, and the few ways in which that changes
export async function start(context) {
  const { root, frame, button, label, lang, part, dataset } = context;
  const store = makeStore(context.prefix);
  const ask = makeAsk(context);
  const ids = context.department.split(' ').filter(Boolean);
  const texts = Object.assign({}, ...(await Promise.all([part(lang), part(`${lang}-more`)])).map((module) => module.default), context.texts);
  const locale = localeOf(lang);
  const t = makeWords(texts, locale, async () => {});
  const drawLauncher = makeLauncher(button, t, label);
  const plain = frame.style.cssText;
  let { availability } = context;
  let isShown = false;
  /** @type {Seat|undefined} */
  let seat;
  /** One change of the seat after the other. @type {Promise<unknown>} */
  let moving = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const choices = makeChoices(t, locale, { choose: (id) => pick(id), again: update, close: () => toggle(false) });
  root.adoptedStyleSheets.push(sheet(panel), sheet(choose));
  button.before(choices.element);

  /** Of which department the conversation is that goes on. */
  const goingOn = () => {
    const kept = store.get('run') && store.get('choice');
    return kept && ids.includes(kept) ? kept : '';
  };
  const isOpen = () => isShown || !!seat?.inner && !seat.inner.panel.element.hidden;

  /** What the launcher and the page are told: of the chat, but who is there in any of the departments until one is chosen. @returns {Chat} */
  function known() {
    const chat = seat?.inner?.chat;
    if (chat && seat?.isChosen && !isShown) return chat;
    const { unread = 0, entries = [], synced = false, department = '', isShut = '' } = chat || {};
    return /** @type {any} */ ({ unread, entries, synced, department, isShut, availability });
  }

  /** @param {string} [color] the department's own; the page's goes before it */
  function wear(color) {
    frame.style.cssText = plain;
    if (color && !dataset.color) paint(frame, color);
  }

  function draw() {
    const chat = known();
    const open = isOpen();
    drawLauncher(chat, open);
    context.tell?.(chat, open);
  }

  /** Something has changed in the chat of a seat. @param {Seat} mine @param {Chat} chat @param {boolean} open */
  function hear(mine, chat, open) {
    if (mine !== seat) return;
    const at = (chat.running && chat.chat.at) || mine.department;
    if (at !== mine.department && ids.includes(at)) {
      goOn(at).catch(() => {});
      return;
    }
    if (chat.running || chat.pending[0]) store.set('choice', mine.department);
    if (chat.department) mine.isKnown = true;
    else if (mine.isKnown && !open) mine.isKnown = mine.isChosen = false; // forgotten
    if (chat.running) mine.isChosen = true;
    if (chat.running && isShown) enter(mine);
    mine.bar.hidden = chat.running || !!chat.pending[0] || ids.length < 2;
    draw();
  }

  /** It hears nothing more, and is not connected again when the network comes back. */
  function putAside() {
    if (!seat?.inner) return;
    const { stream, panel: old } = seat.inner;
    seat = context.inner = undefined;
    stream.close();
    stream.open = () => {};
    old.hide();
    old.element.remove();
  }

  /** @param {string} department @param {string} hello @returns {Promise<Seat>} */
  async function sit(department, hello) {
    if (seat?.department === department) return seat;
    const wasOpen = isOpen() && !isShown;
    putAside(); // at once: what another page writes meanwhile is not for the former one
    // Without its looks it goes on all the same.
    const [answer, chat] = await Promise.all([ask(department).catch(() => /** @type {Answer} */ ({})), part('chat')]);
    const bar = h('div', { class: 'choose-bar' }, makeButton('link choose-back', show, icon(BACK), t('choose.back')));
    /** @type {Seat} */
    const mine = { department, color: answer.color || '', bar, isChosen: false, isKnown: false };
    seat = mine;
    if (!isShown) wear(mine.color);
    mine.parts = await chat.start(contextOf(context, department, answer, hello, (it, open) => hear(mine, it, open)));
    mine.inner = /** @type {Inner} */ (context.inner);
    mine.inner.panel.element.querySelector('.header')?.after(bar);
    if (wasOpen) mine.parts?.toggle(true);
    mine.parts?.draw();
    return mine;
  }

  /** @param {string} department @param {string} [hello] */
  function move(department, hello = '') {
    const moved = moving.then(() => sit(department, hello));
    moving = moved.catch(() => { if (!seat?.inner) seat = undefined; });
    return moved;
  }

  /** From the list to the chat. @param {Seat} mine */
  function enter(mine) {
    leaveList();
    wear(mine.color);
    mine.parts?.toggle(true);
  }

  /** @param {string} department @param {string} [hello] */
  async function pick(department, hello) {
    const wasShown = isShown;
    store.set('choice', department);
    try {
      const mine = await move(department, hello);
      mine.isChosen = true;
      if (isShown || !wasShown) enter(mine); // else the list was closed meanwhile
    } catch {
      show();
      choices.fail();
    }
  }

  /** A conversation that was begun before, or in another page. @param {string} department */
  async function goOn(department) {
    const mine = await move(department);
    mine.isChosen = true;
    if (isShown) enter(mine);
  }

  /** Another page has a conversation, or has chosen. */
  function follow() {
    const choice = store.get('choice');
    if (!ids.includes(choice) || seat?.inner?.chat.running) return;
    if (store.get('run')) goOn(choice).catch(() => {});
    else if (seat) move(choice).then((mine) => { mine.isChosen = !isShown; }, () => {});
  }

  /** Who is there now; and while the list is seen, again. @returns {Promise<Answer>} */
  async function update() {
    clearTimeout(timer);
    if (isShown) timer = setTimeout(() => document.hidden || update(), FRESH_MS);
    const answer = await ask(context.department).catch(() => /** @type {Answer} */ ({}));
    ({ availability = availability } = answer);
    choices.render(answer.departments);
    draw();
    return answer;
  }

  function leaveList() {
    clearTimeout(timer);
    isShown = false;
    choices.element.hidden = true;
  }

  function show() {
    if (!isShown) {
      isShown = true;
      if (seat?.inner) {
        seat.isChosen = false;
        seat.inner.panel.hide();
        store.set('open', '');
      }
      wear();
      const { matches } = matchMedia(SMALL);
      choices.show(matches, store.get('choice'));
      if (matches) part('small').then((module) => module.cover(choices.element), () => {});
      part('chat').catch(() => {}); // it will be wanted
      update();
    }
    draw();
  }

  /** @param {boolean} [open] */
  function toggle(open = !isOpen()) {
    const focused = isShown && root.activeElement;
    if (open) {
      if (isShown) return;
      if (seat?.isChosen) enter(seat);
      else if (ids.length < 2) pick(ids[0]);
      else show();
    } else {
      leaveList();
      seat?.parts?.toggle(false);
      draw();
    }
    if (!open && focused) queueMicrotask(() => button.focus({ preventScroll: true })); // a small screen has none beside the panel
  }

  document.addEventListener('visibilitychange', () => {
    if (isShown && !document.hidden) update();
  });
  store.watch((key) => {
    if (key === 'run' || key === 'choice') follow();
  });
  // Where that cannot be fetched just now, the click is tried again.
  if (store.get('run')) await goOn(goingOn() || ids[0]).catch(() => {});
  else if ((await update()).parts?.includes('monitoring')) await move(ids.find((id) => id === store.get('choice')) || ids[0]).catch(() => {});
  return {
    toggle,
    draw,
    get visit() {
      return /** @type {Inner} */ (context.inner).visit;
    },
    async choose(department, hello) {
      if (seat?.inner?.chat.running) toggle(true);
      else if (ids.includes(department)) await pick(department, hello);
      else {
        console.warn(`tresen: open: '${department}' is none of this page's departments`);
        show();
      }
    },
    ready: () => move(seat?.department || ids[0]),
  };
}
