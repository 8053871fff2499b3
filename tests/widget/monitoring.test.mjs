// The built widget in Chromium, on a site that is monitored. Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CSP, launcher, panel, say, scene, texts } from './scene.mjs';
import { until } from './tools.mjs';

const headers = (gw) => ({ 'content-security-policy': CSP(gw) });

test('monitoring: the page checks in by itself, and an agent may write first', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { look: { parts: ['monitoring'] } }, headers });
  const v = await until(() => gateway.visitor, 'a check-in that nobody asked for');
  assert.equal(await panel(page).count(), 0, 'the panel does not open by itself');
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Can I help you?');
  await page.locator('[part=badge]').filter({ hasText: '1' }).waitFor();
  assert.equal(await panel(page).count(), 0);
  await launcher(page).click();
  await page.locator('[part=text]').first().waitFor();
  assert.deepEqual(await texts(page), ['Can I help you?']);
  assert.deepEqual(problems, []);
});

test('monitoring: a part that cannot be fetched changes nothing', async (t) => {
  const { page, gateway } = await scene(t, { path: '/w/1/manifest.json', gateway: { look: { parts: ['monitoring', 'nothing'] } } });
  await page.route('**/monitoring.js', (route) => route.abort());
  await page.goto(gateway.origin);
  await launcher(page).click();
  await panel(page).waitFor();
  await until(() => gateway.visitor, 'a check-in');
});

/** A page that asks its visitors first; it has its calls, and has made none. */
async function asking(t) {
  const s = await scene(t, { gateway: { look: { parts: ['consent'], consented: ['monitoring'] } }, headers });
  await s.page.addInitScript(() => {
    window.tresen = function tresen(...one) { (tresen.q = tresen.q || []).push(one); };
  });
  await s.page.reload();
  await launcher(s.page).waitFor();
  return s;
}
const consent = (page, yes) => page.evaluate((said) => window.tresen('consent', said), yes);
const stored = (page) => page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }));

test('monitoring: where visitors are asked first, nothing begins before they agree, and nothing stays when they take that back', async (t) => {
  const { page, gateway, problems } = await asking(t);
  await page.waitForTimeout(700);
  assert.equal(gateway.visitors.length, 0);
  assert.deepEqual(await stored(page), []);
  await consent(page, true);
  const v = await until(() => gateway.visitor, 'a check-in');
  assert.deepEqual(v.form, { monitoring: '1' }, 'the desk hears of it');
  await until(async () => (await stored(page)).length, 'the token');
  await consent(page, false);
  await until(() => !v.streams.size, 'the end of the visit');
  assert.deepEqual(await stored(page), []);
  await consent(page, true);
  await until(() => gateway.visitors.length === 2, 'somebody else');
  assert.deepEqual(problems, []);
});

test('monitoring: who talks and takes it back goes on talking', async (t) => {
  const { page, gateway, problems } = await asking(t);
  await consent(page, true);
  const v = await until(() => gateway.visitor, 'a check-in');
  await launcher(page).click();
  await say(page, 'Hello');
  await until(() => v.chat, 'a chat');
  await consent(page, false);
  await until(() => v.form.monitoring === '0', 'the desk hears of it');
  await say(page, 'Are you there?');
  await until(() => v.entries.length === 2, 'the next line');
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});
