/**
 * What all visitors are told (docs/PROTOCOL.md section 20), above the conversation, before and during a chat. A status
 * message: it is read out once, takes no focus and covers nothing. Fetched when there is something, so it is a file of its own in the bundle, with its styles;
 * what it needs it is given.
 */
import css from '../styles/bulletin.css';

export { css };

/** A circle, and an i in it. */
const DRAWING = 'M12 11v5.5M12 7.5v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18';
const SVG = 'http://www.w3.org/2000/svg';

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
 * @param {{attribute: typeof import('./h.js').attribute, h: typeof import('./h.js').h, say: typeof import('./h.js').say}} dom
 * @param {import('../main.js').Words} t @param {HTMLElement} panel
 * @returns {(chat: import('../chat.js').Chat) => void}
 */
export function make({ attribute, h, say }, t, panel) {
  const words = h('div', { class: 'bulletin-words', role: 'status', dir: 'auto' });
  const region = h('section', { class: 'bulletin', 'aria-label': t('bulletin.title') }, drawing(DRAWING), words);
  region.hidden = true;
  panel.querySelector('.header')?.after(region);
  return ({ bulletin }) => {
    region.hidden = !bulletin;
    // What is written into a status that was there before is read out.
    setTimeout(() => {
      say(words, bulletin);
      attribute(region, 'tabindex', region.scrollHeight > region.clientHeight && '0'); // so that keys can scroll it
    });
  };
}
