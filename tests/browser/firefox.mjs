// A visitor with Debian's Firefox, over WebDriver BiDi (Playwright drives only a Firefox of its own).
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';
import { isOnline, until } from './tools.mjs';

// What Firefox itself says when a test refuses WebSocket, or a policy the icon that it asks for unasked.
const OWN = /can.t establish a connection|was interrupted while the page was loading|favicon\.ico/;

export const launchFirefox = () => puppeteer.launch({
  browser: 'firefox', executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr', headless: true,
  extraPrefsFirefox: { 'intl.accept_languages': 'en-GB, en' },
});

/** A part of the panel; CSS alone does not look into shadow roots. */
const part = (name) => `>>> [part~=${name}]`;

export class FirefoxVisitor {
  /** What pages complained about. */
  problems = [];

  /** @param {import('puppeteer-core').Browser} browser */
  static async enter(t, browser, url) {
    const visitor = new FirefoxVisitor();
    visitor.context = await browser.createBrowserContext();
    t.after(() => visitor.context.close());
    visitor.page = await visitor.open(url);
    return visitor;
  }

  /** Another tab. @returns {Promise<FirefoxPage>} */
  async open(url) {
    const page = await this.context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    await page.evaluateOnNewDocument(isOnline);
    page.on('pageerror', (error) => this.#heard(error.stack || error.message));
    page.on('console', (m) => m.type() === 'error' && this.#heard(m.text()));
    page.on('dialog', (dialog) => this.#heard(`dialog: ${dialog.message()}`));
    await page.goto(url);
    return new FirefoxPage(page);
  }

  #heard(problem) {
    if (!OWN.test(problem)) this.problems.push(problem);
  }

  clean() {
    assert.deepEqual(this.problems, []);
  }
}

/** What a visitor does and sees in one tab. */
export class FirefoxPage {
  /** @param {import('puppeteer-core').Page} tab */
  constructor(tab) {
    this.tab = tab;
  }

  /** What stands in these parts, in order. */
  contents(name) {
    return this.tab.$$eval(part(name), (all) => all.map((e) => e.textContent));
  }

  texts() {
    return this.contents('text');
  }

  /** Waits until one of these parts says it. @param {string|RegExp} words */
  says(name, words) {
    return until(async () => (await this.contents(name)).find((text) => (words.test ? words.test(text) : text.includes(words))),
      async () => `${words} in ${name}; there is: ${await this.contents(name)}`);
  }

  shown(text) {
    return this.says('text', text);
  }

  /** Waits until the own line with this text is in a state. */
  state(text, name) {
    return until(() => this.tab.$$eval(part('row'), (rows, wanted, kind) => rows.some((row) => row.textContent.includes(wanted)
      && row.querySelector(`[data-state=${kind}]`)), text, name), `${text} to be ${name}`);
  }

  /** Waits until something in the panel fits. The library's own waiting does not see shadow roots change. */
  has(selector) {
    return until(() => this.tab.$(`>>> ${selector}`), selector);
  }

  availability(name) {
    return this.has(`[part=launcher][data-availability=${name}]`);
  }

  async begin() {
    await this.tab.locator(part('launcher')).click();
    await this.has('textarea');
  }

  /** By the keyboard, as people do. */
  async say(text) {
    await this.tab.locator('>>> textarea').click();
    await this.tab.keyboard.type(text);
    await this.tab.keyboard.press('Enter');
  }

  /** What has the focus: the part of the widget, or the element of the page. */
  focus() {
    return this.tab.evaluate(() => {
      const inner = document.activeElement?.shadowRoot?.activeElement;
      return inner ? inner.getAttribute('part') || inner.localName : document.activeElement?.localName;
    });
  }
}
