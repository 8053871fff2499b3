// Pictures of the panel in each of its states, for human eyes: node tests/widget/pictures.mjs FOLDER [LANG[,LANG…]] [STATE[,STATE…]]
// The browser tier draws those of German and Arabic into build/pictures/ (tests/browser/visitor.test.mjs).
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { STATES, reach } from './states.mjs';
import { launch } from './tools.mjs';

/** A phone, a small laptop, a wide screen. */
export const SIZES = { phone: { width: 360, height: 740 }, laptop: { width: 1280, height: 720 }, wide: { width: 1920, height: 1080 } };
/** What is drawn of a state: dark on a wide screen is no other than on a laptop; what is written from right to left shows most of it twice. */
const ALL = ['phone-light', 'phone-dark', 'laptop-light', 'laptop-dark', 'wide-light', 'wide-dark'];
const FEW = ['phone-light', 'laptop-dark', 'wide-light'];
const kinds = (/** @type {string} */ lang) => (lang === 'ar' ? FEW : ALL);

/** Of a state in a language. */
export const names = (/** @type {string} */ lang, /** @type {string} */ state) => kinds(lang).map((kind) => `${lang}-${state}-${kind}.png`);

/** Whether there is something on it. @param {Buffer} picture a PNG of Chromium's */
export function isBlank(picture) {
  const parts = [];
  for (let at = 8; at < picture.length; at += 12 + picture.readUInt32BE(at)) {
    if (picture.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(picture.subarray(at + 8, at + 8 + picture.readUInt32BE(at)));
  }
  const pixels = inflateSync(Buffer.concat(parts));
  const seen = new Set();
  for (let at = 0; at < pixels.length; at += 101) seen.add(pixels[at]);
  return seen.size < 32;
}

/** A desktop has bars to scroll by, which take room; a phone has none. @param {boolean} are */
function showBars(are) {
  window.noBars ||= new CSSStyleSheet();
  window.noBars.replaceSync(are ? '' : '::-webkit-scrollbar { display: none }');
  for (const root of [document, document.querySelector('tresen-chat').shadowRoot]) {
    if (!root.adoptedStyleSheets.includes(window.noBars)) root.adoptedStyleSheets.push(window.noBars);
  }
}

/** All pictures of one state in one language: it is reached once. @param {import('playwright-core').Browser} browser */
async function drawState(browser, folder, lang, name) {
  const { page, problems, leave } = await reach(browser, name, { lang, context: { viewport: SIZES.laptop, deviceScaleFactor: 1, reducedMotion: 'reduce' } });
  try {
    const session = await page.context().newCDPSession(page);
    await page.waitForTimeout(100); // links and files become such when their file is there
    for (const kind of kinds(lang)) {
      const [size, colorScheme] = kind.split('-');
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(showBars, size !== 'phone');
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
      const { data } = await session.send('Page.captureScreenshot', { optimizeForSpeed: true });
      await writeFile(`${folder}/${lang}-${name}-${kind}.png`, Buffer.from(data, 'base64'));
    }
    return problems;
  } finally {
    await leave();
  }
}

/**
 * Draws `LANG-STATE-SIZE-SCHEME.png` of each, in a browser of its own. @param {string} folder
 * @param {{langs?: string[], states?: string[], abreast?: number}} [what] abreast: so many states at a time
 * @returns {Promise<string[]>} what went wrong
 */
export async function draw(folder, { langs = ['en'], states = Object.keys(STATES), abreast = 2 } = {}) {
  await mkdir(folder, { recursive: true });
  const todo = langs.flatMap((lang) => states.map((name) => [lang, name]));
  const troubles = [];
  const browser = await launch({ ignoreDefaultArgs: ['--hide-scrollbars'] });
  await Promise.all(Array.from({ length: abreast }, async () => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      const [lang, name] = next;
      troubles.push(...await drawState(browser, folder, lang, name).catch((error) => [`${lang} ${name}: ${error.message}`]));
    }
  }));
  await browser.close();
  return troubles;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = 'pictures', langs = 'en', states] = process.argv.slice(2);
  for (const trouble of await draw(folder, { langs: langs.split(','), states: states?.split(',') })) console.log(trouble);
}
