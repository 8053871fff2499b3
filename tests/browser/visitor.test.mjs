// Plays the cases of all files in cases/ on both servers at a time: a stack for each, one browser, and for each case a
// browser context of its own. A case that names `on` is played on that server only: it has nothing to do with XMPP.
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Stack } from './stack.mjs';
import { launch } from './tools.mjs';

const FOLDER = new URL('cases/', import.meta.url);
const LIMIT_MS = 120000;

const cases = {};
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.mjs')).sort()) {
  Object.assign(cases, (await import(new URL(file, FOLDER).href)).default);
}

describe('browser', { concurrency: 2 }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser?.close());
  for (const kind of ['prosody', 'ejabberd']) {
    describe(kind, { concurrency: 1 }, () => {
      let stack;
      before(async () => { stack = await Stack.start(kind); });
      after(() => stack?.stop());
      for (const [name, play] of Object.entries(cases)) {
        if (!play.on || play.on === kind) test(`${kind}: ${name}`, { timeout: LIMIT_MS }, (t) => play(t, { stack, browser }));
      }
    });
  }
});
