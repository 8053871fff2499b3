// The built widget in Chromium: how was this chat? Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CSP, launcher, rows, say, scene, settled, visitor } from './scene.mjs';
import { axe, until } from './tools.mjs';

const headers = (gw) => ({ 'content-security-policy': CSP(gw) });
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const section = (page) => page.locator('[part=rating]');
const active = (page) => page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.getAttribute('part'));

async function check(page, what) {
  await page.waitForFunction(() => document.querySelector('tresen-chat').shadowRoot.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity));
  await page.evaluate(await axe());
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
  assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((n) => `${n.target} ${n.failureSummary}`)]), [], what);
}

/** A chat that an agent has ended, in a department that asks. */
async function ended(page, gateway, rating = 'stars', words = undefined) {
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await page.getByText('Nina has joined.').waitFor();
  gateway.close(v, rating, words);
  await section(page).waitFor();
  return v;
}

test('rating: asked in words that are read out, without taking the focus; sent with what was written; with a strict policy', async (t) => {
  const { page, gateway, problems } = await scene(t, { headers });
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  const v = await ended(page, gateway);
  assert.equal(await active(page), 'input', 'who writes goes on writing');
  await page.getByRole('status').filter({ hasText: 'How was this chat?' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send', exact: true }).and(page.locator('[part~=rating-send]')).isDisabled(), true);
  await check(page, 'asked');
  await page.getByRole('radio', { name: '4 of 5 stars' }).check();
  assert.equal(await section(page).locator('[data-on]').count(), 4);
  await page.getByRole('textbox', { name: 'A few words, if you like' }).fill('Quick & <kind>');
  await check(page, 'filled in');
  await page.locator('[part~=rating-send]').click();
  await section(page).getByText('Thank you.').waitFor();
  assert.equal(await active(page), 'rating', 'what was focused has gone');
  await check(page, 'sent');
  assert.deepEqual(v.ratings.map(({ number, value, text }) => [number, value, text]), [[v.chat.number, '4', 'Quick & <kind>']]);
  assert.ok(fetched.includes('rating.js'));
  assert.deepEqual(problems, []);
});

test('rating: by keyboard; it can be changed; the next page does not ask again; a new chat takes it away', async (t) => {
  const { page, gateway, add, problems } = await scene(t);
  const v = await ended(page, gateway);
  await page.getByRole('radio', { name: '1 of 5 stars' }).focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('radio', { name: '5 of 5 stars' }).isChecked(), true);
  await page.keyboard.press('Enter');
  await until(() => v.ratings.length === 1, 'the rating');
  await page.getByRole('button', { name: 'Change it' }).click();
  await until(() => page.getByRole('radio', { name: '5 of 5 stars' }).evaluate((e) => e.getRootNode().activeElement === e), 'the focus');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await until(() => v.ratings.length === 2, 'another one');
  assert.deepEqual(v.ratings.map(({ value }) => value), ['5', '4']);
  const later = await add();
  await launcher(later).click();
  await rows(later).first().waitFor();
  await settled(later);
  assert.equal(await section(later).isVisible(), false);
  await say(page, 'One more thing');
  await section(page).waitFor({ state: 'hidden' });
  assert.deepEqual(problems, []);
});

test('rating: it may be passed over, here and in later pages; thumbs; no words where nothing that is said is kept', async (t) => {
  const { page, gateway, add } = await scene(t);
  const v = await ended(page, gateway, 'thumbs', 'no');
  await page.getByRole('radio', { name: 'Good', exact: true }).check();
  assert.equal(await section(page).getByRole('textbox').isVisible(), false);
  await page.getByRole('button', { name: 'Skip' }).click();
  await section(page).waitFor({ state: 'hidden' });
  assert.equal(await active(page), 'input');
  const later = await add();
  await launcher(later).click();
  await rows(later).first().waitFor();
  await settled(later);
  assert.equal(await section(later).isVisible(), false);
  assert.deepEqual(v.ratings, []);
  await say(page, 'Again');
  await until(() => v.chat.state === 'queued');
  v.chat.number = '2000';
  gateway.join(v, 'Nina');
  gateway.close(v, 'thumbs', 'no');
  await section(page).waitFor();
  await page.getByRole('radio', { name: 'Not good' }).check();
  await page.locator('[part~=rating-send]').click();
  await section(page).getByText('Thank you.').waitFor();
  assert.deepEqual(v.ratings.map(({ value, text }) => [value, text]), [['down', '']]);
});

test('rating: what the desk refuses is said, and what was written stays', async (t) => {
  const { page, gateway } = await scene(t);
  const v = await ended(page, gateway);
  gateway.rate = () => ({ type: 'wait', condition: 'resource-constraint' });
  await page.getByRole('radio', { name: '2 of 5 stars' }).check();
  await page.getByRole('textbox', { name: 'A few words' }).fill('Slow');
  await page.locator('[part~=rating-send]').click();
  await section(page).getByRole('alert').filter({ hasText: 'That did not work' }).waitFor();
  gateway.rate = () => ({ type: 'cancel', condition: 'not-allowed' });
  await page.locator('[part~=rating-send]').click();
  await section(page).getByRole('alert').filter({ hasText: 'too late' }).waitFor();
  gateway.rate = () => undefined;
  await page.locator('[part~=rating-send]').click();
  await section(page).getByText('Thank you.').waitFor();
  assert.deepEqual(v.ratings.map(({ value, text }) => [value, text]), [['2', 'Slow']]);
});

test('rating: where nobody asks for it, nothing of it is fetched', async (t) => {
  const { page, gateway } = await scene(t);
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.close(v);
  await page.getByText('The chat has ended.').waitFor();
  await settled(page);
  assert.deepEqual(fetched.filter((name) => /rating/.test(name)), []);
});
