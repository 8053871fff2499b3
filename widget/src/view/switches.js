/**
 * The switches of the menu: sound, notifications, and whether they show what was written. All are off until the visitor switches them on;
 * this device remembers them, a letter each, under `alerts`. The browser is asked for notifications by that click and by nothing else,
 * and where it does not let us, the switch says so.
 */
import { makeSound } from '../sound.js';

export const SOUND = 's';
export const SHOWS = 'n';
export const WORDS = 't';

/** Why no notification can be shown; empty: it can. @returns {''|'none'|'denied'} */
function obstacle() {
  if (!('Notification' in globalThis)) return 'none';
  return Notification.permission === 'denied' ? 'denied' : '';
}

/** Asks the browser, and shows one: some can only for an installed page, and say so only then. @param {string} title @param {string} body @returns {Promise<''|'none'|'denied'>} */
async function allow(title, body) {
  const why = obstacle();
  if (why) return why;
  if (await Notification.requestPermission() !== 'granted') return 'denied';
  try {
    const sample = new Notification(title, { body, silent: true });
    setTimeout(() => sample.close(), 8000);
    return '';
  } catch {
    return 'none';
  }
}

/**
 * @param {Pick<import('../main.js').Dom, 'attribute'|'button'|'h'|'say'>} dom @param {import('../main.js').Words} t
 * @param {import('../store.js').Store} store @param {{chat: {department: string}, draw(): void}} parts
 */
export function makeSwitches({ attribute, button, h, say }, t, store, { chat, draw }) {
  const sound = makeSound();
  const problem = h('p', { class: 'error', role: 'alert' });
  const make = (/** @type {string} */ name, /** @type {string} */ words, /** @type {() => void} */ act) => {
    const made = button(`switch ${name}`, act, words);
    attribute(made, 'role', 'switch');
    return made;
  };
  const rings = make('alert-sound', t('alert.sound'), () => {
    flip(SOUND);
    sound.unlock();
    if (has(SOUND)) sound.play();
  });
  const shows = make('alert-notify', t('alert.notify'), notify);
  const words = make('alert-words', t('alert.words'), () => flip(WORDS));

  const has = (/** @type {string} */ letter) => store.get('alerts').includes(letter);
  const isShown = () => has(SHOWS) && !obstacle() && Notification.permission === 'granted';

  /** @param {string} letter */
  function flip(letter) {
    const on = store.get('alerts');
    store.set('alerts', on.includes(letter) ? on.replace(letter, '') : on + letter);
    render();
    draw();
  }

  async function notify() {
    say(problem, '');
    if (isShown()) {
      flip(SHOWS);
      return;
    }
    const why = await allow(chat.department || t('title'), t('alert.sample'));
    if (why) say(problem, t(`alert.${why}`));
    else if (!has(SHOWS)) flip(SHOWS);
    render();
  }

  function render() {
    attribute(rings, 'aria-checked', String(has(SOUND)));
    attribute(shows, 'aria-checked', String(isShown()));
    attribute(words, 'aria-checked', String(has(WORDS)));
    words.hidden = !isShown();
  }

  return {
    element: h('div', { class: 'switches', role: 'group', 'aria-label': t('alert.title') }, rings, shows, problem, words),
    /** As it is now: another page, or the browser's settings, may have changed it. */
    render() {
      say(problem, has(SHOWS) && !isShown() ? t(`alert.${obstacle() || 'denied'}`) : '');
      render();
    },
  };
}
