// Waiting, and the browser.
import { chromium } from 'playwright-core';

/**
 * Debian's Chromium, quiet and without a sandbox. @param {{whole?: boolean}} [options] whole: with its window, and keeping pages for the back
 * button as it does for everybody; without them it is the same engine in half the time (decision 0162)
 */
export const launch = ({ whole = false } = {}) => chromium.launch({
  executablePath: whole ? process.env.CHROMIUM || '/usr/bin/chromium' : process.env.CHROMIUM_SHELL || '/usr/bin/chromium-headless-shell',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
});

/** In each page, on a machine without a network: Chromium takes it for offline, and the widget would not try BOSH. */
export function isOnline() {
  if (!navigator.onLine) Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true });
}

/**
 * Waits until a condition holds, and returns its value; it may be asynchronous, and may throw until then.
 * @param {() => Error|undefined} fatal why there is nothing to wait for any more
 */
export async function until(condition, what = 'the condition', timeout = 30000, fatal = () => undefined) {
  const end = Date.now() + timeout;
  for (;;) {
    let trouble;
    if (fatal()) throw fatal();
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > end) throw trouble || new Error(`waited in vain for ${typeof what === 'function' ? await what() : what}`);
    await new Promise((done) => { setTimeout(done, 20); });
  }
}
