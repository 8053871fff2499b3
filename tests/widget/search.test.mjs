// Searching the conversation: what is found, and the built widget in Chromium against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import './sheets.mjs';
import { asked, barriers, CSP, launcher, panel, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const { find, fold } = await import('../../widget/src/view/search.js');
const hits = (page) => page.locator('[part=hit]');

test('search: letters large or small, accents or none, in all of the languages', () => {
  for (const [text, wanted] of [['Crème BRÛLÉE', 'creme brulee'], ['Straße', 'STRASSE'], ['İstanbul ısı', 'ISTANBUL ISI'], ['Zażółć gęślą', 'zazolc gesla'],
    ['أهلاً وسهلاً', 'اهلا'], ['مـرحبا', 'مرحبا'], ['ﬁnd', 'FIND'], ['one\ntwo', 'one two']]) {
    assert.ok(find(text, fold(wanted).folded), `${text} ${wanted}`);
  }
  assert.equal(find('a.b', fold('a*b').folded), undefined, 'literally');
  assert.equal(find('ab', fold('a.').folded), undefined, 'literally');
});

test('search: a hit stands in what was written, in the middle of what is around it', () => {
  assert.deepEqual(find('Ein Straßenschild', fold('strasse').folded), ['Ein ', 'Straße', 'nschild']);
  const [before, word, behind] = find(`${'👍'.repeat(100)}Ö${'👍'.repeat(100)}`, 'o');
  assert.deepEqual([before, word, behind], [`…${'👍'.repeat(12)}`, 'Ö', `${'👍'.repeat(45)}…`]);
});

test('search: the whole archive; hits are counted, lead to their line, and Escape ends it; with a strict policy', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { older: 230 }, headers: (gw) => ({ 'content-security-policy': CSP(gw) }) });
  await launcher(page).click();
  await say(page, 'Is it Café <b>?');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await page.getByText('Nina has joined.').waitFor();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'Search the conversation' }).click();
  const field = page.getByRole('searchbox', { name: 'Search the conversation' });
  await field.and(page.locator(':focus')).waitFor();
  const found = page.getByRole('search').getByRole('status');
  await field.fill('cafe <B>');
  await found.filter({ hasText: 'Found: 1' }).waitFor();
  assert.match(await hits(page).textContent(), /^You · .*Is it Café <b>\?$/);
  assert.equal(await hits(page).locator('mark').textContent(), 'Café <b>');
  await field.fill('LINE 7');
  await found.filter({ hasText: 'Found: 11' }).waitFor();
  await barriers(page, 'hits');
  const last = hits(page).last();
  assert.match(await last.textContent(), /Old line 7$/);
  await last.focus();
  await page.keyboard.press('Enter');
  const line = page.locator('[part~=row]').filter({ has: page.getByText('Old line 7', { exact: true }) }).and(page.locator(':focus'));
  await line.waitFor();
  const [log, row] = [await page.locator('[part~=log]').boundingBox(), await line.boundingBox()];
  assert.ok(row.y >= log.y && row.y + row.height <= log.y + log.height, 'it can be seen');
  await field.fill('line');
  await found.filter({ hasText: 'Only the latest are shown. Found: 230' }).waitFor();
  assert.equal(await hits(page).count(), 100);
  await field.fill('nothing like it');
  await found.filter({ hasText: 'Nothing found.' }).waitFor();
  assert.equal(await hits(page).count(), 0);
  assert.equal(await field.getAttribute('maxlength'), '100');
  await field.press('Escape');
  await page.getByRole('button', { name: 'Options' }).and(page.locator(':focus')).waitFor();
  assert.equal(await page.getByRole('search').isVisible(), false);
  assert.equal(await panel(page).isVisible(), true, 'the panel stays');
  assert.deepEqual(problems, []);
});

test('search: what could not be had is said', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { older: 70 } });
  await launcher(page).click();
  await page.getByText('Old line 69').waitFor();
  Object.assign(gateway, { websocket: false, bosh: false });
  gateway.drop();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'Search the conversation' }).click();
  await page.getByRole('searchbox').fill('line 1');
  await page.getByRole('search').getByRole('status').filter({ hasText: 'Nothing found. Earlier messages could not be searched.' }).waitFor();
  const before = asked(gateway);
  Object.assign(gateway, { websocket: true });
  await until(async () => await page.getByRole('button', { name: 'Try now' }).click({ timeout: 500 }).then(() => true, () => false) || !await page.getByText('No connection.').isVisible(), 'a connection');
  await page.getByText('No connection.').waitFor({ state: 'hidden' });
  await until(() => asked(gateway) > before, 'what was said meanwhile to be asked for');
  await page.getByRole('button', { name: 'Close search' }).click();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'Search the conversation' }).click();
  await page.getByRole('search').getByRole('status').filter({ hasText: 'Found: 11' }).waitFor();
});
