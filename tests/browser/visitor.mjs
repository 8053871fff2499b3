// A visitor: a browser context of its own, pages with the widget, and what one does and sees there.
import assert from 'node:assert/strict';
import { isOnline } from './tools.mjs';

// What Chromium itself writes to the console when a test takes the network away.
const NETWORK = /net::ERR_|WebSocket connection|status of [45]\d\d/;

export class Visitor {
  /** What pages complained about. */
  problems = [];

  /** @param {import('playwright-core').Browser} browser */
  static async enter(t, browser, url, options = {}) {
    const visitor = new Visitor();
    visitor.context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    await visitor.context.addInitScript(isOnline);
    visitor.context.setDefaultTimeout(30000);
    t.after(() => visitor.context.close());
    visitor.page = await visitor.open(url);
    return visitor;
  }

  /** Another tab. */
  async open(url) {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.problems.push(error.stack));
    page.on('console', (m) => m.type() === 'error' && !NETWORK.test(m.text()) && this.problems.push(m.text()));
    page.on('dialog', (dialog) => this.problems.push(`dialog: ${dialog.message()}`));
    await page.goto(url);
    return page;
  }

  clean() {
    assert.deepEqual(this.problems, []);
  }
}

export const launcher = (page) => page.locator('[part=launcher]');
export const panel = (page) => page.getByRole('dialog').and(page.locator('[part=panel]'));
export const input = (page) => page.locator('textarea');
/** What was said, in order. */
export const texts = (page) => page.locator('[part=text]').allTextContents();
/** The states of the visitor's own lines, in order. */
export const states = (page) => page.locator('[part=state]').evaluateAll((all) => all.map((e) => e.dataset.state));
/** Waits for the state of the own line with this text. */
export const state = (page, text, name) => page.locator('[part~=row]', { hasText: text }).locator(`[data-state=${name}]`).first().waitFor();
export const shown = (page, text) => page.locator('[part=text]', { hasText: text }).first().waitFor();

export async function say(page, text) {
  await input(page).fill(text);
  await input(page).press('Enter');
}

/** Presses the launcher and waits for the composer. */
export async function begin(page) {
  await launcher(page).click();
  await input(page).waitFor();
}
