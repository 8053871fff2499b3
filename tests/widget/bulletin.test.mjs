// The built widget in Chromium: what all visitors are told, before and during a chat. Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { barriers, CSP, launcher, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const headers = (gw) => ({ 'content-security-policy': CSP(gw) });
const LINE = 'We know that payments fail.';
const region = (page) => page.getByRole('region', { name: 'Please note' });

test('bulletin: there before a chat, read out once, without taking the focus; with a strict policy', async (t) => {
  const { page, gateway, problems } = await scene(t, { headers });
  gateway.bulletin = LINE;
  await launcher(page).click();
  await region(page).getByRole('status').filter({ hasText: LINE }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.getAttribute('part')), 'input');
  await barriers(page, 'before a chat');
  // Availability that changes says it again, and it is not written again.
  await page.evaluate(() => {
    const words = document.querySelector('tresen-chat').shadowRoot.querySelector('[part=bulletin-words]');
    new MutationObserver((changes) => { window.written = (window.written || 0) + changes.length; }).observe(words, { childList: true, characterData: true, subtree: true });
  });
  gateway.setAvailability('dnd');
  await page.locator('[part=availability][data-availability=dnd]').waitFor();
  assert.equal(await page.evaluate(() => window.written || 0), 0);
  assert.deepEqual(problems, []);
});

test('bulletin: it comes, changes and goes in an open panel at once, in the other tab too; markup is text', async (t) => {
  const { page, gateway, add, problems } = await scene(t);
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await page.getByText('Nina has joined.').waitFor();
  assert.equal(await region(page).count(), 0);
  assert.ok(!fetched.includes('bulletin.js'), 'fetched only when there is something');
  gateway.tell(`All is slow.\n<b>${LINE}</b> & more`);
  await region(page).getByText(`All is slow.\n<b>${LINE}</b> & more`).waitFor();
  const tab = await add();
  await region(tab).getByText('All is slow.').waitFor();
  gateway.tell('All is well, but slow.');
  for (const each of [page, tab]) await region(each).getByText('All is well, but slow.', { exact: true }).waitFor();
  await barriers(page, 'in a chat');
  gateway.tell('');
  for (const each of [page, tab]) await region(each).waitFor({ state: 'hidden' });
  gateway.tell(LINE);
  await region(page).getByText(LINE, { exact: true }).waitFor();
  gateway.drop();
  gateway.bulletin = '';
  await until(async () => !await region(page).isVisible(), 'what ended while the connection was lost');
  assert.deepEqual(problems.filter((problem) => !/WebSocket/.test(problem)), []);
});

test('bulletin: long lines in a small window leave room for the conversation; right to left', async (t) => {
  const { page, gateway } = await scene(t, { context: { viewport: { width: 320, height: 640 } }, lang: 'ar' });
  gateway.bulletin = `${'نعلم أن الدفع لا يعمل الآن. '.repeat(10)}\n${'x'.repeat(300)}`;
  await page.locator('[part=launcher]').click();
  const words = page.locator('[part=bulletin-words]');
  await words.filter({ hasText: 'xxx' }).waitFor();
  const [strip, panel] = await Promise.all([page.locator('[part=bulletin]').boundingBox(), page.locator('[part=panel]').boundingBox()]);
  assert.ok(strip.height <= panel.height * 0.4 + 1, `${strip.height} of ${panel.height}`);
  assert.ok(await page.locator('textarea[part=input]').isVisible());
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  await barriers(page, 'small');
});
