// Plays the cases of all files in cases/ on both servers at a time: a stack for each, one browser, and for each case a
// browser context of its own. A case that names `on` is played on that server only: it has nothing to do with XMPP. So it is
// with all cases of a file that says `oneServer`, which the two servers play in turns. Those of a file that says `whole` have a whole Chromium.
// Beside them, while they wait for something, pictures of every state of the widget are drawn into build/pictures/.
// What a failed case leaves (the daemon's log, pictures of the pages) goes to build/test-logs/browser/.
import { readdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { draw, isBlank, names } from '../widget/pictures.mjs';
import { STATES } from '../widget/states.mjs';
import { Stack } from './stack.mjs';
import { launch } from './tools.mjs';

const FOLDER = new URL('cases/', import.meta.url);
const TRACES = fileURLToPath(new URL('../../build/test-logs/browser/', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../build/pictures/', import.meta.url));
/** Left to right and right to left. */
const LANGUAGES = ['de', 'ar'];
/** Against a case that hangs, and pictures that do; how long one takes is the machine's affair. */
const LIMIT_MS = 240000;
const PICTURES_LIMIT_MS = 1200000;

const SERVERS = ['prosody', 'ejabberd'];

const cases = {};
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.mjs')).sort()) {
  const { default: found, oneServer, whole } = await import(new URL(file, FOLDER).href);
  for (const [i, [name, play]] of Object.entries(found).entries()) {
    cases[name] = { play, whole, on: oneServer ? [SERVERS[i % SERVERS.length]] : play.on ? [play.on] : SERVERS };
  }
}

/** The other server's pages are among the pictures: the browser is shared. */
async function keep(name, { stack, browser }) {
  const folder = `${TRACES}${name.replace(/\W+/g, '-')}`;
  await mkdir(folder, { recursive: true });
  await copyFile(`${stack.directory}/daemon/daemon.log`, `${folder}/daemon.log`);
  const log = name.startsWith('prosody') ? 'prosody.log' : 'logs/ejabberd.log';
  await copyFile(`${stack.directory}/server/${log}`, `${folder}/server.log`);
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) await page.screenshot({ path: `${folder}/${i}.png`, timeout: 5000 });
}

async function played(t, name, play, given) {
  try {
    await play(t, given);
  } catch (error) {
    await keep(name, given).catch((trouble) => t.diagnostic(`no traces: ${trouble.message}`));
    throw error;
  }
}

describe('browser', { concurrency: 3 }, () => {
  let browser;
  /** @type {Promise<import('playwright-core').Browser>|undefined} */
  let whole;
  before(async () => {
    await rm(TRACES, { recursive: true, force: true });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await (await whole)?.close();
  });
  test('pictures: every state at three sizes, light and dark, from left to right and from right to left', { timeout: PICTURES_LIMIT_MS }, async () => {
    await rm(PICTURES, { recursive: true, force: true });
    assert.deepEqual(await draw(PICTURES, { langs: LANGUAGES, abreast: 1 }), []);
    const all = LANGUAGES.flatMap((lang) => Object.keys(STATES).flatMap((state) => names(lang, state)));
    for (const name of all) assert.equal(isBlank(await readFile(PICTURES + name)), false, name);
  });
  for (const kind of SERVERS) {
    describe(kind, { concurrency: 1 }, () => {
      let stack;
      before(async () => { stack = await Stack.start(kind); });
      after(() => stack?.stop());
      for (const [name, { play, on, whole: isWhole }] of Object.entries(cases)) {
        const title = `${kind}: ${name}`;
        if (!on.includes(kind)) continue;
        test(title, { timeout: LIMIT_MS }, async (t) => {
          await played(t, title, play, { stack, browser: isWhole ? await (whole ||= launch({ whole: true })) : browser });
        });
      }
    });
  }
});
