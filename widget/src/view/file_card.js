/**
 * A file in the log: name, size and a way to it; a picture is shown, small.
 *
 * It is fetched from the gateway that the widget comes from, whatever host the line names. A picture is drawn, not embedded: a page
 * whose Content-Security-Policy lets the widget talk to the gateway lets it do this, too.
 *
 * @typedef {import('../file.js').Found} Found
 */
import { sizeOf, spell } from '../file.js';
import css from '../styles/file.css';
import { icon } from './h.js';
import { FILE } from './icons.js';

export { css };

const PICTURE = /\.(png|jpe?g|gif|webp)$/i;
/** What the gateway says of a picture that a page may show. */
const SHOWN = /^image\/(png|jpeg|gif|webp)$/;
/** What is larger is fetched only by who opens it. */
const MAX_SHOWN = 5e6;
const SIDE = 250;
const NEAR_PX = 80;

/** Who was at the end of the lines stays there. @param {Element} inside @param {() => void} change */
export function keepEnd(inside, change) {
  const log = inside.closest('.log');
  const end = log && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  change();
  if (end) log.scrollTop = log.scrollHeight;
}

/** @param {typeof import('./h.js').h} h @param {string} name @param {Node|string} below */
export const label = (h, name, below) => [icon(FILE), h('span', { class: 'file-about' },
  h('span', { class: 'file-name', dir: 'auto' }, name), h('span', { class: 'file-size' }, below))];

/** Cards by path: a line that is drawn anew keeps its picture. @type {Map<string, HTMLElement>} */
const cards = new Map();

/** @param {HTMLElement} element @param {Found} file @param {typeof import('./h.js').h} h @param {import('../main.js').Words} t @param {string} gateway */
export function show(element, file, h, t, gateway) {
  const known = cards.get(file.path);
  const card = known && !known.isConnected ? known : make(file, h, t, gateway);
  cards.set(file.path, card);
  keepEnd(element, () => element.replaceChildren(card));
}

/** @param {Found} file @param {typeof import('./h.js').h} h @param {import('../main.js').Words} t @param {string} gateway */
function make({ name, size, path }, h, t, gateway) {
  const words = (/** @type {string} */ known) => (known ? `${spell(known, t)} · ` : '') + t('file.save');
  const below = h('span', {}, words(size));
  const href = gateway + path;
  const card = h('a', { class: 'file', href, target: '_blank', rel: 'noopener noreferrer' }, ...label(h, name, below));
  const picture = PICTURE.test(name);
  if (picture || !size) {
    // Only what somebody scrolls to.
    new IntersectionObserver((seen, observer) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      read(href, picture).then(({ image, bytes }) => keepEnd(card, () => {
        card.setAttribute('aria-live', 'off'); // its name has been read out
        below.textContent = words(size || sizeOf(bytes));
        if (image) card.replaceChildren(h('span', { class: 'file-shown' }, draw(image, name, h), h('span', { class: 'file-size' }, spell(size || sizeOf(bytes), t))));
      }), () => {}); // it is a card with a name, and stays one
    }).observe(card);
  }
  return card;
}

/** @param {string} href @param {boolean} picture by its name @returns {Promise<{image?: ImageBitmap, bytes: number}>} */
async function read(href, picture) {
  const abort = new AbortController();
  const answer = await fetch(href, { method: picture ? 'GET' : 'HEAD', credentials: 'omit', signal: abort.signal });
  if (!answer.ok) throw new Error();
  const bytes = +(answer.headers.get('content-length') || 0);
  if (!picture || bytes > MAX_SHOWN || !SHOWN.test(answer.headers.get('content-type') || '')) {
    if (picture) abort.abort(); // what is left of it is not fetched
    return { bytes };
  }
  const blob = await answer.blob();
  return { image: await createImageBitmap(blob), bytes: blob.size };
}

/** @param {ImageBitmap} image @param {string} name @param {typeof import('./h.js').h} h */
function draw(image, name, h) {
  const scale = Math.min(1, SIDE / image.width, SIDE / image.height);
  const fine = scale < 1 ? Math.min(2, devicePixelRatio, 1 / scale) : 1;
  const canvas = /** @type {HTMLCanvasElement} */ (h('canvas', { class: 'file-picture', role: 'img', 'aria-label': name }));
  canvas.title = name;
  canvas.width = Math.max(1, image.width * scale * fine);
  canvas.height = Math.max(1, image.height * scale * fine);
  canvas.style.width = `${canvas.width / fine}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return canvas;
}
