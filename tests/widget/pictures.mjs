// Pictures of the panel in each of its states, for human eyes: node tests/widget/pictures.mjs FOLDER [LANG[,LANG…]] [STATE[,STATE…]]
// The browser tier draws those of German and Arabic into build/pictures/ (tests/browser/visitor.test.mjs).
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { STATES, reach } from './states.mjs';
import { launch } from './tools.mjs';

/** A phone, a small laptop, a wide screen. */
export const SIZES = { phone: { width: 360, height: 740 }, laptop: { width: 1280, height: 720 }, wide: { width: 2560, height: 1440 } };
const SCHEMES = /** @type {const} */ (['light', 'dark']);
/** Of a wide screen the corner that has the chat. */
const CORNER = { width: 960, height: 900 };

/** @param {import('playwright-core').CDPSession} session @param {keyof typeof SIZES} size @param {boolean} left */
async function shoot(session, size, left) {
  const { width, height } = SIZES[size];
  const clip = size === 'wide' ? { x: left ? 0 : width - CORNER.width, y: height - CORNER.height, ...CORNER, scale: 1 } : undefined;
  return Buffer.from((await session.send('Page.captureScreenshot', { clip, optimizeForSpeed: true })).data, 'base64');
}

/** All pictures of one state in one language: it is reached once. @param {import('playwright-core').Browser} browser */
async function drawState(browser, folder, lang, name) {
  const { page, problems, leave } = await reach(browser, name, { lang, context: { viewport: SIZES.laptop, deviceScaleFactor: 1, reducedMotion: 'reduce' } });
  try {
    const session = await page.context().newCDPSession(page);
    const left = await page.locator('tresen-chat').evaluate((e) => !!e.shadowRoot.querySelector('.frame.left'));
    await page.waitForLoadState('networkidle');
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
        await writeFile(`${folder}/${lang}-${name}-${size}-${colorScheme}.png`, await shoot(session, size, left));
      }
    }
    return problems;
  } finally {
    await leave();
  }
}

/**
 * Draws `LANG-STATE-SIZE-SCHEME.png` of each. @param {import('playwright-core').Browser} browser @param {string} folder
 * @param {{langs?: string[], names?: string[], abreast?: number}} [what] abreast: so many states at a time
 * @returns {Promise<string[]>} what went wrong
 */
export async function draw(browser, folder, { langs = ['en'], names = Object.keys(STATES), abreast = 2 } = {}) {
  await mkdir(folder, { recursive: true });
  const todo = langs.flatMap((lang) => names.map((name) => [lang, name]));
  const troubles = [];
  await Promise.all(Array.from({ length: abreast }, async () => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      const [lang, name] = next;
      troubles.push(...await drawState(browser, folder, lang, name).catch((error) => [`${lang} ${name}: ${error.message}`]));
    }
  }));
  return troubles;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = 'pictures', langs = 'en', names] = process.argv.slice(2);
  const browser = await launch();
  for (const trouble of await draw(browser, folder, { langs: langs.split(','), names: names?.split(',') })) console.log(trouble);
  await browser.close();
}
