// What a pinned loader lets run: nothing but what was built with it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { CSP, html, launcher, panel, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const dist = (name) => new URL(`../../widget/dist/${name}`, import.meta.url);
const { version, files } = JSON.parse(await readFile(dist('manifest.json'), 'utf8'));
const hash = (kind, bytes) => `${kind}-${createHash(kind).update(bytes).digest('base64')}`;
const pinned = (gw) => html(`<script async src="${gw}/w/${version}/loader.js" integrity="sha384-${files.find(({ name }) => name === 'loader.js').sha384}" crossorigin data-department="sales"></script>`);

/** The file, and with it a word of somebody else's. */
async function tamper(gateway, name) {
  const bytes = Buffer.concat([await readFile(dist(name)), Buffer.from('\n;globalThis.tampered=true;')]);
  gateway.files.set(`/w/${version}/${name}`, { type: 'text/javascript', bytes });
}
const ran = (page) => page.evaluate(() => globalThis.tampered === true);

test('integrity: the loader knows the sums, and they know every other file', async () => {
  const { default: sums } = await import(dist('sums.js'));
  assert.ok((await readFile(dist('loader.js'), 'utf8')).includes(hash('sha256', await readFile(dist('sums.js')))));
  const scripts = (await readdir(dist('.'))).filter((name) => name.endsWith('.js')).sort();
  assert.deepEqual(Object.keys(sums).map((name) => `${name}.js`).sort(), scripts.filter((name) => !/^(loader|sums)\.js$/.test(name)));
  for (const [name, sum] of Object.entries(sums)) assert.equal(sum, hash('sha256', await readFile(dist(`${name}.js`))), name);
  assert.deepEqual(files.map(({ name }) => name).sort(), scripts);
  for (const { name, sha384 } of files) assert.equal(`sha384-${sha384}`, hash('sha384', await readFile(dist(name))), name);
});

test('integrity: a pinned tag works, each file is fetched once, and nothing is left in the page', async (t) => {
  const { page, gateway, problems } = await scene(t, { body: pinned, headers: (gw) => ({ 'content-security-policy': CSP(gw) }) });
  const asked = [];
  page.on('request', (r) => asked.push(new URL(r.url()).pathname));
  await launcher(page).click();
  await say(page, 'Good morning https://a.example');
  const v = await visitor(gateway);
  gateway.say(v, 'Nina', 'Moin');
  await page.getByText('Moin').waitFor();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End chat' }).waitFor();
  const fetched = asked.filter((path) => path.endsWith('.js')).map((path) => path.replace(`/w/${version}/`, ''));
  for (const name of ['sums.js', 'chat.js', 'en.js', 'en-more.js', 'menu.js', 'linkify.js']) assert.equal(fetched.filter((one) => one === name).length, 1, name);
  await until(async () => !await page.locator('head link').count(), 'what fetched files is gone from the page');
  assert.deepEqual(problems, []);
});

for (const name of ['sums.js', 'chat.js', 'en.js']) {
  test(`integrity: where ${name} is another, it does not run, and the button says that the chat cannot be reached`, async (t) => {
    const { page, gateway } = await scene(t, { body: pinned });
    await tamper(gateway, name);
    await launcher(page).click();
    await page.locator('[part=launcher][data-availability=failed][aria-label*="cannot be reached"]').waitFor();
    assert.equal(await ran(page), false);
    assert.equal(await panel(page).count(), 0);
    assert.deepEqual(gateway.connections, []);
  });
}

test('integrity: where the loader is another, nothing runs', async (t) => {
  const { page, gateway } = await scene(t, { body: pinned });
  await tamper(gateway, 'loader.js');
  const refused = page.waitForEvent('console', (m) => m.text().includes('integrity'));
  await page.reload();
  await refused;
  assert.equal(await ran(page), false);
  assert.equal(await page.locator('tresen-chat').count(), 0);
});

test('integrity: what is fetched later and is another does not run; the chat goes on without', async (t) => {
  const { page, gateway } = await scene(t, { body: (gw) => pinned(gw).replace('<script', `<script>window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };
    addEventListener('unhandledrejection', (event) => event.preventDefault());</script><script`) });
  const later = files.map(({ name }) => name).filter((name) => !/^(loader|sums|chat|en)\.js$/.test(name));
  for (const name of later) await tamper(gateway, name);
  const asked = new Set();
  page.on('request', (r) => asked.add(new URL(r.url()).pathname.split('/').at(-1)));
  await page.evaluate(() => { window.tresen('open'); });
  await launcher(page).click();
  await say(page, 'See https://a.example');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Still https://b.example');
  await page.getByText('Still https://b.example').waitFor();
  await page.getByRole('button', { name: 'Options' }).click();
  await until(() => ['api.js', 'linkify.js', 'menu.js', 'face.js'].every((name) => asked.has(name)), () => [...asked].join());
  await say(page, 'Still there');
  await until(() => v.entries.some((entry) => entry.body === 'Still there'));
  assert.equal(await page.getByRole('link').count(), 0);
  assert.equal(await ran(page), false);
});

test('integrity: a browser that knows no preloading of modules has the chat all the same', async (t) => {
  const { page, context, gateway, problems } = await scene(t, { body: pinned });
  await context.addInitScript(() => {
    const supports = DOMTokenList.prototype.supports;
    DOMTokenList.prototype.supports = function (name) { return name !== 'modulepreload' && supports.call(this, name); };
  });
  await page.reload();
  await launcher(page).click();
  await say(page, 'Unchecked');
  assert.equal((await visitor(gateway)).entries[0].body, 'Unchecked');
  assert.deepEqual(problems, []);
});
