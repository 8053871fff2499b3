// examples/react with real React in Chromium, against the fake gateway: no XMPP has a part in it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FakeGateway } from '../widget/fake_gateway.mjs';
import { isOnline, launch, until } from './tools.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const esbuild = createRequire(new URL('../../widget/package.json', import.meta.url))('esbuild');
const bundle = (contents, options) => esbuild.build({ stdin: { contents, resolveDir: path('.') }, bundle: true, write: false, logLevel: 'warning',
  alias: { '@tresen/react': path('../../examples/react/index.js') }, nodePaths: [path('../node_modules')], define: { 'process.env.NODE_ENV': '"development"' }, ...options });

/** An application whose properties the test sets: app(props), or app(null) for none; what it hears is in `heard`. */
const APP = `
  import { createElement as e, StrictMode } from 'react';
  import { createRoot } from 'react-dom/client';
  import { flushSync } from 'react-dom';
  import { TresenChat, tresen } from '@tresen/react';
  const root = createRoot(document.getElementById('app'));
  window.heard = [];
  window.app = (...all) => flushSync(() => root.render(e(StrictMode, null, all.filter(Boolean).map((props, key) => e(TresenChat, { key, ...props,
    ...Object.fromEntries((props.hears || []).map((name) => [name, (value) => heard.push([props.as || '', name, value?.body ?? value ?? null])])) })))));
  window.say = tresen;
`;
let browser;
let script;
before(async () => {
  browser = await launch();
  const { outputFiles: [{ text }] } = await bundle(APP, { format: 'iife' });
  script = text;
});
after(() => browser?.close());

async function scene(t, more = '') {
  const gateway = await FakeGateway.start();
  gateway.files.set('/app.js', { type: 'text/javascript', bytes: Buffer.from(script) });
  gateway.pages.set('/', `<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>An application</title>${more}<div id="app"></div><script src="/app.js"></script></html>`);
  const context = await browser.newContext({ locale: 'en-GB' });
  await context.addInitScript(isOnline);
  t.after(async () => {
    await context.close();
    await gateway.stop();
  });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.stack));
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && problems.push(m.text()));
  await page.goto(gateway.origin);
  const app = (...all) => page.evaluate((props) => window.app(...props), all);
  return { gateway, page, app, problems, heard: () => page.evaluate(() => window.heard), button: page.locator('[part=launcher]') };
}

test('react: under StrictMode there is one tag and one chat, whose handlers may change; it goes and comes with the component', async (t) => {
  const { gateway, page, app, problems, heard, button } = await scene(t);
  const props = { gateway: `${gateway.origin}/`, department: 'sales', lang: 'de', color: '#060', name: 'Ada', hears: ['onMessage', 'onUnread', 'onAvailability', 'onOpen'], as: 'first' };
  await app(props);
  await button.and(page.locator('[data-availability=chat]')).waitFor();
  assert.equal(await page.locator('script[src*="/w/"]').count(), 1);
  assert.equal(await button.getAttribute('title'), 'Wir sind für Sie da');
  await until(async () => (await heard()).length, 'the availability');
  assert.deepEqual(await heard(), [['first', 'onAvailability', 'chat']]);
  await page.evaluate(() => window.say('open'));
  await page.locator('[part=input]').fill('Moin');
  await page.locator('[part=input]').press('Enter');
  const v = await until(() => gateway.visitor?.chat && gateway.visitor, 'a chat');
  await until(() => v.form?.name === 'Ada', 'the name');
  await app({ ...props, as: 'second', hears: ['onMessage'] });
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Good morning');
  await until(async () => (await heard()).some(([, name]) => name === 'onMessage'), 'the message');
  assert.deepEqual((await heard()).slice(1), [['first', 'onOpen', null], ['second', 'onMessage', 'Good morning']]);
  await app(null);
  await button.waitFor({ state: 'hidden' });
  gateway.say(v, 'Nina', 'Nobody listens');
  await page.getByText('Nobody listens').waitFor({ state: 'attached' }); // in the hidden panel, before anybody listens again
  await app({ ...props, as: 'third' });
  await button.waitFor();
  await page.getByText('Nobody listens').waitFor();
  assert.equal((await heard()).filter(([, name]) => name === 'onMessage').length, 1);
  assert.equal(await page.locator('tresen-chat').count(), 1);
  assert.equal(gateway.connections.length, 1);
  assert.deepEqual(problems, []);
});

test('react: a route that brings its own keeps the chat; two are one; the tag of the page is enough', async (t) => {
  const { gateway, page, app, problems, button } = await scene(t);
  gateway.availability = 'unavailable';
  gateway.look = { absent: 'hide' };
  await app({ gateway: gateway.origin });
  await until(() => page.locator('tresen-chat').count());
  await app({ gateway: gateway.origin, key: 'other route' });
  await app({ gateway: gateway.origin, key: 'other route' }, { gateway: gateway.origin, key: 'once more' });
  await page.evaluate(() => new Promise((done) => { setTimeout(done, 50); }));
  assert.equal(await button.isVisible(), false, 'StrictMode has not shown what the site hides');
  assert.equal(await page.locator('script[src*="/w/"]').count(), 1);
  gateway.look = {};
  gateway.pages.set('/', gateway.pages.get('/').replace('<div', `<script async src="${gateway.origin}/w/0.1.0/loader.js" data-position="left"></script><div`));
  await page.reload();
  await app({ gateway: gateway.origin, position: 'right' });
  await button.waitFor();
  assert.equal(await page.locator('script[src*="/w/"]').count(), 1);
  assert.deepEqual(problems, []);
});

test('react: a pinned version, a nonce, several departments, an identity that changes and ends', async (t) => {
  const { page, app } = await scene(t, '<script>window.calls = []; window.tresen = (...call) => calls.push(call);</script>');
  const gateway = 'https://chat.invalid';
  const calls = () => page.evaluate(async () => JSON.parse(JSON.stringify(await Promise.all(window.calls.map(async ([name, value]) => [name, typeof value === 'function' ? await value() : value])))));
  await app({ gateway, version: '0.1.0', integrity: 'sha384-abc', nonce: 'n', identify: 'one', department: ['sales', 'support'] });
  assert.deepEqual(await page.evaluate(() => {
    const { src, async, integrity, crossOrigin, nonce, dataset } = document.querySelector('script[src*="/w/"]');
    return [src, async, integrity, crossOrigin, nonce, dataset.department];
  }), [`${gateway}/w/0.1.0/loader.js`, true, 'sha384-abc', 'anonymous', 'n', 'sales support']);
  await app({ gateway, identify: 'two' });
  await app({ gateway, identify: null });
  assert.deepEqual((await calls()).map((call) => call.filter(Boolean).join()).filter((call, i, all) => call !== all[i - 1]), ['identify,one', 'identify,two', 'logout']);
});

test('react: on the server it is nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tresen-react-'));
  t.after(() => rm(folder, { recursive: true }));
  await bundle(`import { createElement as e } from 'react'; import { renderToString } from 'react-dom/server'; import { TresenChat } from '@tresen/react';
    export const html = renderToString(e('main', null, e(TresenChat, { gateway: 'https://chat.example.org', onMessage() {}, identify: 'jwt' })));`,
  { platform: 'node', format: 'cjs', write: true, outfile: join(folder, 'server.cjs') });
  const { default: { html } } = await import(pathToFileURL(join(folder, 'server.cjs')).href);
  assert.equal(html, '<main></main>');
});
