// What the tests need of widget/node_modules, though they do not live there.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

const require = createRequire(new URL('../../widget/package.json', import.meta.url));

export const { WebSocketServer } = require('ws');
export const { chromium } = require('playwright-core');
export const axe = () => readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's Chromium, quiet and without a sandbox; whole: with its window, of which most tests need nothing, and with its cache of pages. */
export const launch = ({ whole = false, ...options } = {}) => chromium.launch({
  executablePath: whole ? process.env.CHROMIUM || '/usr/bin/chromium' : process.env.CHROMIUM_SHELL || '/usr/bin/chromium-headless-shell',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
  ...options,
});

/** In each page, on a machine without a network: Chromium takes it for offline, and the widget would not try BOSH. */
export function isOnline() {
  if (!navigator.onLine) Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true });
}

/** Waits until a condition holds; the condition may throw or be asynchronous. */
export async function until(condition, what = 'the condition', timeout = 15000) {
  const end = Date.now() + timeout;
  for (;;) {
    let value;
    try {
      value = await condition();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => { setTimeout(done, 25); });
  }
}
