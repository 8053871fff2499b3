// Chromium with the built widget in a page, against the fake gateway.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before } from 'node:test';
import { FakeGateway } from './fake_gateway.mjs';
import { axe, isOnline, launch, until } from './tools.mjs';

export const CSP = (gw) => `default-src 'none'; script-src ${gw}; connect-src ${gw} ${gw.replace('http', 'ws')}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /report`;
export const tag = (gw, attrs = '') => `<script async src="${gw}/w/1/loader.js" data-department="sales" ${attrs}></script>`;
export const html = (body, lang = 'en') => `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8"><title>A page</title></head><body><main><h1>A page</h1>${body}</main></body></html>`;

let browser;
before(async () => {
  assert.ok(existsSync(new URL('../../widget/dist/loader.js', import.meta.url)), 'npm run build comes first');
  browser = await launch();
});
after(() => browser?.close());

/** A gateway, a page that embeds its widget, and what a test does with them. */
export async function scene(t, { gateway: options = {}, context = {}, body, lang, path = '/', headers } = {}) {
  const gateway = await FakeGateway.start(options);
  gateway.pages.set('/', body?.(gateway.origin) ?? html(tag(gateway.origin), lang));
  if (headers) gateway.headers = headers(gateway.origin);
  const made = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...context });
  await made.addInitScript(isOnline);
  const problems = [];
  const add = async () => {
    const page = await made.newPage();
    page.on('pageerror', (error) => problems.push(`${error.stack}`));
    page.on('console', (m) => m.type() === 'error' && !/net::ERR_|WebSocket connection|status of 40/.test(m.text()) && problems.push(m.text()));
    await page.goto(gateway.origin + path);
    return page;
  };
  t.after(async () => {
    await made.close();
    await gateway.stop();
  });
  return { gateway, context: made, page: await add(), add, problems };
}

/** What axe finds in the page as it is: nothing. @param {string} what state it is in, for the failure */
export async function barriers(page, what) {
  // Animations over: half-transparent text has no contrast.
  await page.waitForFunction(() => document.querySelector('tresen-chat').shadowRoot.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity));
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(await axe());
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((n) => `${n.target} ${n.failureSummary}`)]), [], what);
}

/** Files of the chat's that are fetched when they are wanted have come, and what they are fetched for is at work. @param {string[]} names */
export async function fetched(page, ...names) {
  for (const name of names) {
    const url = await until(() => page.evaluate((file) => performance.getEntriesByType('resource')
      .find((one) => one.name.endsWith(`/${file}.js`) && one.responseEnd)?.name, name), `${name}.js`);
    await page.evaluate((from) => import(from), url);
  }
}

/** How often a page has asked for what was said. */
export const asked = (gateway) => gateway.log.filter(({ children: [first] }) => first?.name === 'query').length;

/** The page, which is in its conversation, has fetched what it wants of itself: what is not there now does not come. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(300);
}

export const launcher = (page) => page.getByRole('button', { name: /^(Open|Close) chat/ }).and(page.locator('[part=launcher]'));
export const panel = (page) => page.getByRole('dialog').and(page.locator('[part=panel]'));
export const rows = (page) => page.locator('[part~=row]');
export const texts = (page) => page.locator('[part=text]').allTextContents();
export const say = async (page, text) => {
  await page.locator('[part=input]').fill(text);
  await page.locator('[part=input]').press('Enter');
};
export const states = (page) => page.locator('[part=state]').evaluateAll((all) => all.map((e) => e.dataset.state));
export const visitor = (gateway) => until(() => gateway.visitor?.chat && gateway.visitor, 'a chat');
export const entries = (v, by) => v.entries.filter((e) => e.by === by);
/** Whether the line came to the gateway, be it taken or not. */
export const came = (gateway, line) => until(() => gateway.log.some((e) => e.children.some(({ children: [body] = [] }) => body === line)), `'${line}' to come`);
