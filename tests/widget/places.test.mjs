// Where the widget may find itself: frames of other sites and of none, beside other tags and other scripts, in Chromium.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeGateway } from './fake_gateway.mjs';
import { entries, html, launcher, say, scene, tag, visitor } from './scene.mjs';
import { until } from './tools.mjs';

test('places: in a frame of another site, and in a sandbox that has no origin and no storage', async (t) => {
  const portal = await FakeGateway.start();
  t.after(() => portal.stop());
  const { page, gateway, problems } = await scene(t);
  for (const [i, sandbox] of ['', 'sandbox="allow-scripts"'].entries()) {
    portal.pages.set(`/${i}`, html(`<iframe ${sandbox} src="${gateway.origin}/" title="shop" width="700" height="750"></iframe>`));
    await page.goto(`${portal.origin.replace('127.0.0.1', 'localhost')}/${i}`);
    const shop = page.frameLocator('iframe');
    await shop.locator('[part=launcher]').click();
    await shop.locator('[part=input]').fill(`From frame ${i}`);
    await shop.locator('[part=input]').press('Enter');
    const v = await until(() => gateway.visitors.find((one) => entries(one, 'visitor').some(({ body }) => body === `From frame ${i}`)), sandbox);
    gateway.join(v, 'Nina');
    gateway.say(v, 'Nina', `To frame ${i}`);
    await shop.getByText(`To frame ${i}`).waitFor();
    await shop.locator('[data-state=stored],[data-state=delivered],[data-state=read]').first().waitFor();
  }
  assert.deepEqual(problems, []);
});

test('places: tags of two versions, two departments and two gateways make one widget, that of the first', async (t) => {
  const other = await FakeGateway.start();
  t.after(() => other.stop());
  const { page, gateway, problems } = await scene(t, { body: (gw) => html(tag(gw).replace(' async', '')
    + tag(gw).replace(' async', '').replace('/w/1/', '/w/0.1.0/') + tag(gw).replace('sales', 'service') + tag(other.origin)) });
  await launcher(page).click();
  await say(page, 'To the first');
  const v = await visitor(gateway);
  assert.equal(v.entries[0].body, 'To the first');
  assert.equal(await page.locator('tresen-chat').count(), 1);
  assert.deepEqual(other.connections, []);
  assert.deepEqual(problems, []);
});

test('places: beside other widgets that lie on top, define modules, take the focus and empty the head', async (t) => {
  const { page, gateway } = await scene(t, { body: (gw) => html(`<script>
      window.define = () => { throw new Error('not for you'); }; window.define.amd = {}; window.require = window.define; window.module = { exports: {} }; window.exports = window.module.exports; window.process = {};
      addEventListener('message', () => { throw new Error('not mine'); });
      addEventListener('focusin', ({ target }) => { if (!document.body.contains(target)) document.querySelector('h1').focus(); });
      setTimeout(() => document.head.replaceChildren(), 0);
    </script><div style="position:fixed;right:0;bottom:0;width:300px;height:100px;z-index:2147483647;background:pink">Another chat</div>${tag(gw, 'data-position="left"')}`) });
  await launcher(page).click();
  await say(page, 'Hello');
  await visitor(gateway);
  await page.evaluate(() => {
    document.head.replaceChildren();
    postMessage('hello', '*');
  });
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End chat' }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.module.exports), {});
});
