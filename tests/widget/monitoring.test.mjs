// The built widget in Chromium, on a site that is monitored. Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CSP, launcher, panel, scene, texts } from './scene.mjs';
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
  const { page, gateway } = await scene(t, { gateway: { look: { parts: ['monitoring', 'nothing'] } } });
  await launcher(page).waitFor();
  await page.route('**/monitoring.js', (route) => route.abort());
  await page.reload();
  await launcher(page).click();
  await panel(page).waitFor();
  await until(() => gateway.visitor, 'a check-in');
});
