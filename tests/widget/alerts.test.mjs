// The built widget in Chromium: sound and notifications, against the fake gateway. What the browser would show and play is written down.
import assert from 'node:assert/strict';
import test from 'node:test';
import { barriers, CSP, fetched, launcher, panel, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

/** A browser that notes what it is asked for. @param {string} permission what the visitor answers */
function browser(permission) {
  const heard = window.heard = { asked: 0, shown: [], closed: 0, notes: 0 };
  let hidden = false;
  window.hide = (is) => {
    hidden = is;
    document.dispatchEvent(new Event('visibilitychange'));
  };
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  window.Notification = class {
    static permission = localStorage.permission || 'default';
    static async requestPermission() {
      heard.asked++;
      localStorage.permission = permission.replace('broken', 'granted');
      return window.Notification.permission = localStorage.permission;
    }
    constructor(title, { body, silent }) {
      if (permission === 'broken') throw new TypeError('Illegal constructor');
      heard.shown.push([title, body, silent]);
      window.last = this;
    }
    close() { heard.closed++; }
  };
  // The moment that is waited for whether another page shows the line: the test says when it is over.
  const { setTimeout: later } = window;
  window.setTimeout = (act, ms, ...more) => {
    if (ms !== 700) return later(act, ms, ...more);
    window.held = act;
    return 0;
  };
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function note(...when) {
    heard.notes++;
    return start.apply(this, when);
  };
}

/** The moment after a line is over. */
const pass = (page) => until(() => page.evaluate(() => {
  const act = window.held;
  delete window.held;
  act?.();
  return !!act;
}), 'a line that was noticed');
const seen = (page, { archive }) => until(() => page.evaluate((id) => Object.entries(localStorage).some(([key, value]) => key.endsWith(':seen') && value === id), archive), 'the line to be seen');
const heard = (page) => page.evaluate(() => window.heard);
const hide = (page, is) => page.evaluate((value) => window.hide(value), is);
const flip = (page, name) => page.getByRole('switch', { name }).click();
const is = async (page, name) => await page.getByRole('switch', { name }).getAttribute('aria-checked') === 'true';
const options = (page) => page.getByRole('button', { name: 'Options' }).click();

async function talk(t, permission, headers) {
  const made = await scene(t, { headers });
  await made.context.addInitScript(browser, permission);
  await made.page.reload();
  await launcher(made.page).click();
  await say(made.page, 'Hello');
  const v = await visitor(made.gateway);
  made.gateway.join(v, 'Nina');
  await made.page.getByText('Nina has joined.').waitFor();
  return { ...made, v };
}

test('alerts: nothing is on, asked for or fetched before somebody switches it on', async (t) => {
  const { page, gateway, v } = await talk(t, 'granted');
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url()));
  await options(page);
  for (const name of ['Sound for new messages', 'Notifications']) assert.equal(await is(page, name), false);
  assert.equal(await page.getByRole('switch', { name: 'Show messages in them' }).isVisible(), false);
  await hide(page, true);
  gateway.say(v, 'Nina', 'Are you there?');
  await page.getByText('Are you there?').waitFor();
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.held), undefined);
  assert.deepEqual(await heard(page), { asked: 0, shown: [], closed: 0, notes: 0 });
  assert.ok(!fetched.some((url) => url.endsWith('/alerts.js')));
});

test('alerts: a notification only while the page is not visible, without the words unless they are chosen; remembered', async (t) => {
  const { page, gateway, v, problems } = await talk(t, 'granted', (gw) => ({ 'content-security-policy': CSP(gw) }));
  await options(page);
  await flip(page, 'Notifications');
  await until(() => is(page, 'Notifications'), 'the switch');
  assert.deepEqual(await heard(page), { asked: 1, shown: [['Sales', 'New messages are announced like this while you look at something else.', true]], closed: 0, notes: 0 });
  await barriers(page, 'switches');
  await page.keyboard.press('Escape');
  await seen(page, gateway.say(v, 'Nina', 'Seen'));
  await pass(page);
  assert.equal((await heard(page)).shown.length, 1, 'who looks is not told');
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  await hide(page, true);
  gateway.say(v, 'Nina', 'A secret');
  await pass(page);
  await until(async () => (await heard(page)).shown.length === 2, 'a notification');
  assert.deepEqual((await heard(page)).shown[1], ['Sales', 'There is a new message for you.', true]);
  await hide(page, false);
  await page.evaluate(() => window.last.onclick());
  await panel(page).waitFor();
  assert.ok((await heard(page)).closed >= 1);

  await options(page);
  await flip(page, 'Show messages in them');
  await page.reload();
  await page.getByText('A secret').waitFor();
  await fetched(page, 'alerts', 'en-more');
  await hide(page, true);
  await page.waitForTimeout(200);
  assert.deepEqual([(await heard(page)).shown, await page.evaluate(() => window.held)], [[], undefined], 'nothing that stood there already');
  gateway.say(v, 'Nina', `Prices.pdf (1.5 MB)\nhttps://public.test/w/1/file/${'a'.repeat(52)}/Prices.pdf`);
  await pass(page);
  await until(async () => (await heard(page)).shown.length === 1, 'a notification');
  assert.deepEqual((await heard(page)).shown[0], ['Sales', 'Nina: Prices.pdf', true]);
  await hide(page, false);
  await until(async () => (await heard(page)).closed === 1, 'it goes when the line is seen');
  await options(page);
  await flip(page, 'Notifications');
  assert.equal(await is(page, 'Notifications'), false);
  await hide(page, true);
  gateway.say(v, 'Nina', 'Last');
  await pass(page);
  assert.equal((await heard(page)).shown.length, 1);
  assert.deepEqual(problems, []);
});

test('alerts: a sound that was switched on by the last press in a page is heard', async (t) => {
  const { page, gateway, v } = await talk(t, 'granted');
  await options(page);
  await flip(page, 'Sound for new messages');
  await fetched(page, 'alerts', 'en-more');
  await hide(page, true);
  gateway.say(v, 'Nina', 'Are you there?');
  await pass(page);
  await until(async () => (await heard(page)).notes === 4, 'the sound');
});

test('alerts: of several pages one tells, and none of what another shows just now', async (t) => {
  const { page, gateway, v, add } = await talk(t, 'granted');
  await options(page);
  await flip(page, 'Notifications');
  await flip(page, 'Sound for new messages');
  const second = await add();
  await second.getByText('Nina has joined.').waitFor(); // the history: what comes before it stands there already
  await fetched(second, 'alerts', 'en-more');
  await until(async () => (await heard(page)).notes === 2, 'who switches it on hears it');
  const before = await heard(page);
  await hide(page, true);
  const line = gateway.say(v, 'Nina', 'In the other one');
  await Promise.all([page, second].map((one) => seen(one, line)));
  await pass(page);
  assert.deepEqual([await heard(page), (await heard(second)).shown], [before, []]);
  await second.bringToFront();
  await hide(second, true);
  gateway.say(v, 'Nina', 'Nowhere');
  await second.getByText('Nowhere').waitFor();
  await pass(page);
  await until(async () => (await heard(page)).shown.length === 2, 'a notification');
  await until(async () => (await heard(page)).notes === 4, 'the sound');
  await pass(second);
  assert.deepEqual([(await heard(second)).shown, (await heard(second)).notes], [[], 0]);
});

for (const [permission, words] of [['denied', /^This browser does not allow notifications/], ['broken', /^This browser cannot show notifications here/]]) {
  test(`alerts: a browser that has ${permission} is told so, and the switch stays off`, async (t) => {
    const { page } = await talk(t, permission);
    await options(page);
    await flip(page, 'Notifications');
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
    assert.equal(await is(page, 'Notifications'), false);
    assert.equal(await page.evaluate(() => Object.keys(localStorage).some((key) => key.endsWith(':alerts'))), false);
    await barriers(page, 'refused');
  });
}

test('alerts: what the browser has taken back meanwhile is said, and is off', async (t) => {
  const { page } = await talk(t, 'granted');
  await options(page);
  await flip(page, 'Notifications');
  await until(() => is(page, 'Notifications'), 'the switch');
  await page.keyboard.press('Escape');
  await page.evaluate(() => { window.Notification.permission = 'denied'; });
  await options(page);
  await page.getByRole('alert').filter({ hasText: 'This browser does not allow notifications' }).waitFor();
  assert.equal(await is(page, 'Notifications'), false);
});
