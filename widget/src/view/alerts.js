/**
 * What tells of an agent's line while the visitor looks elsewhere: a sound, a notification of the browser's. Fetched where the
 * visitor has switched one on (switches.js), so it is a file of its own in the bundle; what it needs it is given.
 *
 * The page that leads tells, for all of them; it waits a moment, because another one may show the line just now, and what was seen is told
 * to nobody. Lines that stand there already when a page is loaded are not told, either.
 *
 * @typedef {import('../chat.js').Entry} Entry
 */
import { fileIn } from '../file.js';
import { makeSound } from '../sound.js';
import { SHOWS, SOUND, WORDS } from './switches.js';

export const css = '';

const SEEN_MS = 700;
const LENGTH = 200;

/** Lines of agents' that were not there before. @param {import('../chat.js').Chat} chat */
function makeEars(chat) {
  /** @type {Set<string>|undefined} */
  let known;
  return () => {
    const lines = chat.entries.filter(({ by }) => by === 'agent');
    const fresh = known ? lines.filter(({ key }) => !known?.has(key)) : [];
    if (known || chat.synced) known = new Set(lines.map(({ key }) => key));
    return fresh;
  };
}

/** @param {string} text @param {number} points */
const clip = (text, points) => [...text].slice(0, points).join('');

/**
 * @param {unknown} dom @param {import('../main.js').Words} t @param {HTMLElement} panel @param {{leads: boolean}} stream @param {{to: string}} visit
 * @param {string} gateway @param {import('../store.js').Store} store @param {Pick<import('../main.js').Rest, 'chat'>} rest
 * @returns {() => void}
 */
export function make(dom, t, panel, stream, visit, gateway, store, { chat }) {
  const hear = makeEars(chat);
  const sound = makeSound();
  /** @type {Notification|undefined} */
  let shown;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let telling;
  // The press that switched it on was before this file came, and may be the last one in this page.
  if (navigator.userActivation?.hasBeenActive) sound.unlock();
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, sound.unlock, { capture: true });

  function take() {
    shown?.close();
    shown = undefined;
  }

  /** @param {Entry} line @param {boolean} words */
  function show({ name, body }, words) {
    take();
    const said = words ? `${name}: ${clip(fileIn(body)?.name || body, LENGTH)}` : t('alert.new');
    try {
      shown = new Notification(chat.department || t('title'), { body: said, tag: `chat ${gateway} ${visit.to}`, silent: true });
    } catch {
      return; // a browser that can show one only for an installed page
    }
    shown.onclick = () => {
      focus();
      take();
      if (panel.hidden) /** @type {HTMLElement|null} */ (panel.parentElement?.querySelector('.launcher'))?.click();
    };
  }

  /** @param {Entry} line the latest */
  function announce(line) {
    const on = store.get('alerts');
    if (!stream.leads || !chat.unread) return;
    if (on.includes(SOUND)) sound.play();
    if (on.includes(SHOWS) && document.visibilityState !== 'visible' && globalThis.Notification?.permission === 'granted') show(line, on.includes(WORDS));
  }

  return () => {
    const line = hear().at(-1);
    if (!chat.unread) take();
    if (!line) return;
    clearTimeout(telling);
    telling = setTimeout(() => announce(line), SEEN_MS);
  };
}
