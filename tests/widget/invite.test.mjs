// The built widget in Chromium: invitations, beside the launcher. Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { languages } from '../../widget/size.mjs';
import { CLOSE } from '../../widget/dist/invite.js';
import { barriers, CSP, html, launcher, panel, say, scene, tag, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const headers = (gw) => ({ 'content-security-policy': CSP(gw) });
const card = (page) => page.getByRole('region', { name: 'Nina' }).and(page.locator('[part=invite]'));
const RULE = { id: 'help', text: 'May I help?', rest: 86400 };
const stored = (page) => page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }).map((key) => key.replace(/.*:/, '')).sort());

/** A page whose department has these rules. */
async function inviting(t, rules, options = {}, more = {}) {
  return scene(t, { ...options, gateway: { look: { parts: ['invite'] }, invitations: rules.map((rule) => ({ ...RULE, ...rule })), ...more } });
}
/** As long as it takes until what does not hold is looked at twice. */
const later = (page) => page.waitForTimeout(1300);

test('invitation: a card that takes no focus, is read out, and leads to the panel with its line; with a strict policy', async (t) => {
  const { page, gateway, problems } = await inviting(t, [{ after: 1 }], { headers });
  await card(page).waitFor();
  await card(page).getByRole('status').filter({ hasText: 'May I help?' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.localName), 'body');
  assert.deepEqual(await stored(page), [], 'nothing is kept before the click');
  await barriers(page, 'invited');
  await card(page).getByRole('button', { name: 'Open chat' }).click();
  await panel(page).getByText('May I help?').waitFor();
  assert.equal(await card(page).count(), 0);
  const told = () => gateway.visitors.find((v) => v.form?.invitation);
  await until(told, 'which one it was');
  assert.equal(told().form.invitation, 'help');
  assert.equal(gateway.visitors.length, 1);
  await say(page, 'Yes, please');
  await visitor(gateway);
  assert.deepEqual(problems, []);
});

test('invitation: closed by the button or by Escape, it stays away for its time, on other pages too', async (t) => {
  const { page, add, problems } = await inviting(t, [{}]);
  await card(page).waitFor();
  await card(page).getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
  await until(() => launcher(page).evaluate((e) => e.getRootNode().activeElement === e), 'the focus');
  assert.deepEqual(await stored(page), ['invited']);
  const other = await add();
  await later(other);
  assert.equal(await card(other).count(), 0);
  await other.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(':invited')).forEach((key) => localStorage.setItem(key, String(Date.now() - 86400e3))));
  await other.reload();
  await card(other).getByRole('button', { name: 'Close' }).click();
  await card(other).waitFor({ state: 'detached' });
  assert.deepEqual(problems, []);
});

test('invitation: nobody free, none; nor for who has opened the panel, or is in a conversation', async (t) => {
  const { page, gateway, add, problems } = await inviting(t, [{}], {}, { free: undefined });
  await later(page);
  assert.equal(await card(page).count(), 0);
  gateway.free = 'Nina';
  const second = await add();
  await launcher(second).click();
  await panel(second).waitFor();
  await later(second);
  assert.equal(await card(second).count(), 0);
  await say(second, 'Hello');
  await visitor(gateway);
  const third = await add();
  await later(third);
  assert.equal(await card(third).count(), 0);
  assert.deepEqual(problems, []);
});

test('invitation: it goes when the panel is opened', async (t) => {
  const { page } = await inviting(t, [{}]);
  await card(page).waitFor();
  await launcher(page).click();
  await panel(page).waitFor();
  await card(page).waitFor({ state: 'detached' });
});

test('invitation: all conditions hold, and the first rule in the list: page, depth, attribute, coming back, leaving', async (t) => {
  const body = (gw) => html(`<p style="height:3000px">Long</p><span data-cart="99">cart</span>${tag(gw)}`);
  const { page, problems } = await inviting(t, [
    { id: 'elsewhere', text: 'Elsewhere', page: '/other' },
    { id: 'cart', text: 'Cart', page: '/', scroll: 60, attribute: 'cart', min: 100 },
    { id: 'visits', text: 'Visits', visits: 1 },
    { id: 'leaves', text: 'Leaves', leaves: true, returns: true },
  ], { body });
  const text = (words) => card(page).getByText(words, { exact: true });
  await later(page);
  assert.equal(await card(page).count(), 0);
  await page.mouse.wheel(0, 5000);
  await page.evaluate(() => { document.querySelector('[data-cart]').dataset.cart = '100'; });
  await text('Cart').waitFor();
  await page.reload();
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('/w/1/invite/') && responseEnd)); // the rules
  await later(page);
  assert.equal(await card(page).count(), 0);
  await page.evaluate(() => document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 })));
  await later(page);
  assert.equal(await card(page).count(), 0, 'one of two conditions');
  await until(async () => {
    await page.evaluate(() => {
      document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 }));
      document.dispatchEvent(new Event('visibilitychange'));
    });
    return text('Leaves').isVisible();
  }, 'the one that leaves and returns');
  assert.deepEqual(await stored(page), []);
  assert.deepEqual(problems, []);
});

test('invitation: visits are counted only once the page lets them, and not any more when it does not', async (t) => {
  const { page, problems } = await inviting(t, [{ visits: 2 }]);
  await later(page);
  assert.deepEqual(await stored(page), []);
  await page.addInitScript(() => {
    window.tresen = function tresen(...one) { (tresen.q = tresen.q || []).push(one); };
    window.tresen('consent');
  });
  await page.reload();
  await until(async () => (await stored(page)).includes('visits'), 'the count');
  assert.equal(await card(page).count(), 0, 'the first visit');
  await page.reload();
  await later(page);
  assert.equal(await card(page).count(), 0, 'the same visit');
  await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(':visits')).forEach((key) => localStorage.setItem(key, `1 ${Date.now() - 31 * 60e3}`)));
  await page.reload();
  await card(page).waitFor();
  await page.evaluate(() => window.tresen('consent', false));
  await until(async () => !(await stored(page)).includes('visits'), 'what was counted has gone');
  assert.deepEqual(problems, []);
});

test('invitation: where visitors are asked first, nobody is invited before they agree, nor behind that they take it back', async (t) => {
  const { page, gateway, problems } = await inviting(t, [{ after: 2 }], {}, { look: { parts: ['consent'], consented: ['invite'] } });
  await page.addInitScript(() => {
    window.tresen = function tresen(...one) { (tresen.q = tresen.q || []).push(one); };
  });
  await page.reload();
  await launcher(page).waitFor();
  await page.waitForTimeout(3000);
  assert.equal(await card(page).count(), 0);
  await page.evaluate(() => window.tresen('consent'));
  await card(page).waitFor();
  await page.reload();
  await page.evaluate(() => {
    window.tresen('consent');
    setTimeout(() => window.tresen('consent', false), 1000);
  });
  await page.waitForTimeout(4000);
  assert.equal(await card(page).count(), 0);
  assert.equal(gateway.visitors.length, 0);
  assert.deepEqual(problems, []);
});

test('invitation: in a small window, dark, from right to left; without movement for who wants none', async (t) => {
  const { page } = await inviting(t, [{ text: 'هل يمكنني مساعدتكم؟ '.repeat(8) }], { context: { viewport: { width: 320, height: 640 }, colorScheme: 'dark', reducedMotion: 'reduce' }, lang: 'ar' });
  await card(page).waitFor();
  const box = await card(page).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
  assert.equal(await card(page).evaluate((e) => e.getAnimations().length), 0);
  await card(page).getByRole('button', { name: CLOSE.ar }).waitFor();
  await barriers(page, 'small');
});

test('invitation: its own word is there in every language', () => {
  assert.deepEqual(Object.keys(CLOSE).sort(), languages);
});
