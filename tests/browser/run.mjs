// Plays the cases of all files in cases/ on one server: one stack, one browser, a browser context of its own for each.
import { readdirSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { Stack } from './stack.mjs';
import { launch } from './tools.mjs';

const FOLDER = new URL('cases/', import.meta.url);
const LIMIT_MS = 90000;

/** @param {'prosody'|'ejabberd'} kind */
export async function run(kind) {
  const given = {};
  before(async () => {
    [given.stack, given.browser] = await Promise.all([Stack.start(kind), launch()]);
  });
  after(async () => {
    await given.browser?.close();
    await given.stack?.stop();
  });
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.mjs')).sort()) {
    const { default: cases } = await import(new URL(file, FOLDER).href);
    for (const [name, play] of Object.entries(cases)) {
      test(`${kind}: ${name}`, { timeout: LIMIT_MS }, (t) => play(t, given));
    }
  }
}
