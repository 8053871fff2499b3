/**
 * While nobody is there: when somebody is there again, and the hours of the week that begins today, all in the visitor's own time. Fetched
 * with the messages that can be left (tickets.js), so it is a file of its own in the bundle. A department without hours shows nothing.
 *
 * @typedef {{opens?: string, offset?: number, hours?: [string, string][]}} Hours  docs/PROTOCOL.md section 6; offset: seconds east of UTC, there
 */
import css from '../styles/hours.css';

export { css };

const FRESH_MS = 60000;
const DAY_MS = 86400000;
const WEEK = 7;
const MAX_BYTES = 20000;

/** The days from today on, each with what is open from it on. @param {Hours} known @param {Date} now */
export function weekOf({ hours = [] }, now) {
  const stretches = hours.map((pair) => pair.map((text) => new Date(text)));
  return Array.from({ length: WEEK }, (_, i) => {
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + i);
    return { day, open: stretches.filter(([from]) => from.toDateString() === day.toDateString()) };
  });
}

/** @param {string} address @returns {Promise<Hours>} */
async function read(address) {
  try {
    const answer = await fetch(address, { credentials: 'omit', signal: AbortSignal.timeout(10000) });
    const text = await answer.text();
    return answer.ok && text.length < MAX_BYTES ? JSON.parse(text) : {};
  } catch {
    return {}; // it is an extra
  }
}

/** When it opens, in words. @param {import('../main.js').Words} t @param {Intl.Locale} locale @param {Date} opens @param {Date} now */
export function again(t, locale, opens, now) {
  const time = opens.toLocaleTimeString(locale, { timeStyle: 'short' });
  if (opens.toDateString() === now.toDateString()) return t('hours.today', { time });
  const days = Math.round((new Date(opens).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY_MS);
  const day = opens.toLocaleDateString(locale, { weekday: 'long', ...(days >= WEEK && { day: 'numeric', month: 'long' }) });
  return t('hours.again', { day, time });
}

/** @param {Parameters<import('../main.js').Make>} given @returns {(chat: import('../chat.js').Chat) => void} */
export function make(...[{ attribute, h, say }, t, panel, , visit, gateway, , { locale }]) {
  const line = h('p', { class: 'hours-again', role: 'status' });
  const zone = h('p', { class: 'hours-zone' });
  const table = h('table', {});
  const all = h('details', {}, h('summary', { class: 'link' }, t('hours.title')), table, zone);
  const element = h('section', { class: 'hours', 'aria-label': t('hours.title'), hidden: true }, line, all);
  panel.querySelector('.banner')?.after(element);
  const [id, domain] = visit.to.split('@');
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  let asked = -Infinity;
  /** @type {Hours} */
  let known = {};
  let shown = '';
  let wanted = false;

  /** @param {Date[]} stretch */
  const span = ([from, to]) => (+to - +from >= DAY_MS ? t('hours.day') : `${clock.format(from)}–${clock.format(to)}`);

  /** @param {Date} now */
  function draw(now) {
    table.replaceChildren(...weekOf(known, now).map(({ day, open }, i) => {
      const row = h('tr', {}, h('th', { scope: 'row' }, day.toLocaleDateString(locale, { weekday: 'long' })),
        h('td', {}, ...open.length ? open.map((stretch) => h('div', {}, span(stretch))) : [t('hours.closed')]));
      if (!i) attribute(row, 'aria-current', 'date');
      return row;
    }));
    const elsewhere = known.offset !== -now.getTimezoneOffset() * 60;
    const name = new Intl.DateTimeFormat(locale, { timeZoneName: 'longGeneric' }).formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value || '';
    say(zone, elsewhere ? t('hours.zone', { zone: name }) : '');
  }

  function render() {
    const now = new Date();
    const opens = known.opens ? new Date(known.opens) : now;
    const key = JSON.stringify([known, now.toDateString()]);
    if (key !== shown) draw(now);
    shown = key;
    all.hidden = !known.hours?.length;
    say(line, opens > now && wanted ? again(t, locale, opens, now) : '');
    element.hidden = !wanted || (!line.textContent && all.hidden);
  }

  return (chat) => {
    wanted = chat.running ? !!chat.chat.left : chat.availability === 'unavailable';
    const now = Date.now();
    if (wanted && now - asked > FRESH_MS) {
      asked = now;
      read(`${gateway}/w/1/hours/${domain ? id : ''}`).then((hours) => {
        known = hours;
        render();
      });
    }
    render();
  };
}
