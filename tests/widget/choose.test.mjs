// A page with several departments, among which its visitor chooses: the built widget in Chromium, against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { barriers, CSP, entries, fetched, html, launcher, panel, rows, say, scene, texts, visitor } from './scene.mjs';
import { listener } from './spoken.mjs';
import { until } from './tools.mjs';

const STUB = '<script>window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };</script>';
const tag = (gw, attrs = '') => `<script async src="${gw}/w/1/loader.js" data-department="sales  support returns " ${attrs}></script>`;
const DAY = 864e5;
const tomorrow = () => new Date(new Date(Date.now() + DAY).setHours(9, 0, 0, 0));
const all = () => ({
  sales: { name: 'Sales', availability: 'chat' },
  support: { name: 'Support', availability: 'dnd', form: [{ name: 'name', label: 'Your name', required: true }], color: '#060', greeting: 'Help is near.' },
  returns: { name: 'Returns', availability: 'unavailable', opens: tomorrow().toISOString() },
});
const several = (t, { gateway = {}, attrs, script = '', ...more } = {}) => scene(t, { gateway: { departments: all(), ...gateway }, body: (gw) => html(`${script}${tag(gw, attrs)}`), ...more });
const choice = (page, name) => panel(page).getByRole('list').getByRole('button', { name });
const back = (page) => page.getByRole('button', { name: 'Another department' });
const input = (page) => page.getByRole('textbox', { name: 'Write a message' });
const accent = (page) => page.locator('tresen-chat').evaluate((host) => host.shadowRoot.querySelector('.frame').style.getPropertyValue('--accent'));
const kept = (page) => page.evaluate(() => Object.keys(localStorage).map((key) => key.split(':').at(-1)).filter((key) => !key.startsWith('run.')).sort());
/** To which departments was checked in, in order. */
const asked = (gateway) => gateway.log.filter((e) => e.children[0]?.name === 'visit').map((e) => e.attrs.to.split('@')[0]);

async function choose(page, name) {
  await launcher(page).click();
  await choice(page, name).click();
  await input(page).waitFor();
}

test('choose: before the choice there are words for each, one request, no connection and nothing kept; it is done by keyboard alone', async (t) => {
  const requests = [];
  const { page, gateway, problems } = await several(t, { headers: (gw) => ({ 'content-security-policy': CSP(gw) }) });
  page.on('request', (r) => requests.push(new URL(r.url()).pathname));
  await page.reload();
  await until(() => launcher(page).getAttribute('data-availability'), 'the availability');
  assert.deepEqual(requests.filter((r) => r.startsWith('/w/')), ['/w/1/loader.js', '/w/1/status/sales%20%20support%20returns%20']);
  assert.equal(await launcher(page).getAttribute('data-availability'), 'chat', 'the best that there is');
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  await choice(page, 'Sales We are here for you').and(page.locator(':focus')).waitFor();
  const day = tomorrow().toLocaleDateString('en-GB', { weekday: 'long' });
  const shown = await panel(page).getByRole('list', { name: 'Whom would you like to talk to?' }).getByRole('button').evaluateAll((found) => found.map((e) => [...e.children].map((c) => c.textContent)));
  assert.deepEqual(shown, [['Sales', 'We are here for you', ''], ['Support', 'Everyone is in a conversation', ''],
    ['Returns', 'Nobody is here right now. Leave a message', `We are there again on ${day} at 09:00.`]]);
  await barriers(page, 'the choice');
  assert.deepEqual([gateway.connections, await kept(page)], [[], []]);
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  await page.locator('[part=launcher]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Help is near.').waitFor();
  await page.getByLabel('Your name').and(page.locator(':focus')).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 1);
  assert.deepEqual([await accent(page), asked(gateway)], ['#060', ['support']]);
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await input(page).fill('It does not grind');
  await page.keyboard.press('Enter');
  const v = await visitor(gateway);
  assert.deepEqual([v.form, v.chat.at], [{ name: 'Ada' }, 'support']);
  await page.getByRole('heading', { name: 'Support' }).waitFor();
  assert.deepEqual(problems, []);
});

test('choose: a chat that goes on is there after a page load and in another tab, without the choice', async (t) => {
  const { page, gateway, add, problems } = await several(t);
  await choose(page, 'Sales');
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Good morning, too');
  await page.getByText('Good morning, too').waitFor();
  assert.equal(await back(page).isVisible(), false);
  await page.reload();
  await page.getByText('Good morning, too').waitFor();
  assert.deepEqual(await texts(page), ['Good morning', 'Good morning, too']);
  const second = await add();
  await second.getByText('Good morning, too').waitFor();
  await say(second, 'From the second');
  await page.getByText('From the second').waitFor();
  assert.equal(await choice(second, 'Sales').count(), 0);
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual([...new Set(asked(gateway))], ['sales']);
  assert.deepEqual(problems, []);
});

test('choose: one can go back before a chat has begun, and choose again behind its end; each has its own lines, and there is one visitor', async (t) => {
  const { page, gateway, problems } = await several(t, { attrs: 'data-color="#7b4529"' });
  await choose(page, 'Returns');
  await page.getByText('Nobody is here right now. Leave us a message').waitFor();
  await back(page).click();
  await choice(page, 'Returns').and(page.locator(':focus')).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 1);
  await choice(page, 'Sales').click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  assert.equal(v.chat.at, 'sales');
  await back(page).waitFor({ state: 'hidden' });
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'That is for the others');
  await page.getByText('That is for the others').waitFor();
  gateway.close(v);
  await page.getByText('This chat has ended.').waitFor();
  await back(page).click();
  await choice(page, 'Support').click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.deepEqual([await rows(page).count(), await page.getByText('This chat has ended.').isVisible()], [0, false], 'what was said elsewhere');
  assert.equal(await accent(page), '#7b4529', 'what the page says goes before the department');
  await say(page, 'It does not grind');
  await until(() => v.chat?.state === 'queued' && v.chat.at === 'support', 'a chat with the other one');
  gateway.join(v, 'Uli');
  gateway.say(v, 'Uli', 'Clean it');
  await page.getByText('Clean it').waitFor();
  assert.deepEqual(await texts(page), ['It does not grind', 'Clean it']);
  assert.equal(await page.locator('[part=badge]').count(), 1);
  // What a chat that was put aside would hear of the network: it stays aside.
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForTimeout(200);
  assert.equal(v.streams.size, 1);
  await page.reload();
  await page.getByText('Clean it').waitFor();
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});

test('choose: who is there moves while it is looked at, and is read out once; what cannot be asked changes nothing', async (t) => {
  const { page, gateway, problems } = await several(t);
  await page.clock.install();
  await launcher(page).click();
  await choice(page, 'Support Everyone is in a conversation').waitFor();
  const heard = await listener(page);
  await heard();
  gateway.departments.support.availability = 'chat';
  gateway.departments.sales.availability = 'unavailable';
  await page.clock.fastForward(32000);
  await choice(page, 'Support We are here for you').waitFor();
  await choice(page, 'Sales Nobody is here right now. Leave a message').waitFor();
  await until(async () => (await heard()).join() === 'Sales: Nobody is here right now. Leave a message. Support: We are here for you.', 'what has changed');
  gateway.knows = false;
  const answer = page.waitForResponse(/status/);
  await page.clock.fastForward(32000);
  await answer;
  await page.waitForTimeout(100);
  gateway.knows = true;
  gateway.departments.support.availability = 'away';
  await page.clock.fastForward(32000);
  await choice(page, 'Support An answer may take a moment').waitFor();
  assert.equal(await page.getByRole('alert').filter({ hasText: /./ }).count(), 0);
  await choice(page, 'Sales').click();
  await input(page).waitFor();
  const requests = [];
  page.on('request', (r) => requests.push(r.url()));
  await page.clock.fastForward(65000);
  assert.deepEqual(requests.filter((r) => r.includes('/status/')), [], 'nor is it asked behind the choice');
  assert.deepEqual(problems, []);
});

test('choose: a chat that begins in another tab is gone on with here, whatever was chosen or looked at; and the page that leads sends it where it was meant for', async (t) => {
  const { page, gateway, add, problems } = await several(t);
  gateway.departments.returns.availability = 'away';
  await choose(page, 'Sales');
  const looking = await add();
  await launcher(looking).click();
  await choice(looking, 'Sales').waitFor();
  const writing = await add();
  await choose(writing, 'Returns');
  await say(writing, 'I send it back');
  const v = await visitor(gateway);
  assert.equal(v.chat.at, 'returns');
  for (const one of [page, looking]) {
    await one.locator('[part=text]', { hasText: 'I send it back' }).waitFor();
    await one.getByRole('heading', { name: 'Returns' }).waitFor();
    assert.equal(await one.getByRole('dialog').count(), 1);
  }
  await say(page, 'Still here');
  await writing.locator('[part=text]', { hasText: 'Still here' }).waitFor();
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});

test('choose: the page opens one of them, hears of it, and logs out before anything was chosen', async (t) => {
  const script = `${STUB}<script>window.heard = []; for (const name of ['open', 'close', 'availability', 'message']) tresen('on', name, (value) => heard.push([name, value && value.body || value || null]));
    tresen('open', { department: 'support' });</script>`;
  const { page, gateway, problems } = await several(t, { script });
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  const heard = () => page.evaluate(() => window.heard);
  await until(async () => (await heard()).some(([name]) => name === 'open'));
  await back(page).click();
  await page.evaluate(() => window.tresen('open', { department: 'nothing' }));
  await choice(page, 'Sales').click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Hello');
  await page.getByText('Hello', { exact: true }).waitFor();
  await page.evaluate(() => window.tresen('open', { department: 'support' }));
  await page.waitForTimeout(150);
  assert.equal(v.chat.at, 'sales');
  await page.getByRole('heading', { name: 'Nina' }).waitFor();
  assert.deepEqual((await heard()).filter(([name]) => name === 'open' || name === 'close'), [['open', null]], 'it was open all the time');
  assert.deepEqual((await heard()).filter(([name]) => name === 'message'), [['message', 'Hello']]);
  gateway.close(v);
  await page.getByText('This chat has ended.').waitFor();
  gateway.pages.set('/', html(`${STUB}${tag(gateway.origin)}`));
  await page.reload();
  await launcher(page).waitFor();
  assert.ok((await kept(page)).includes('token'));
  await page.evaluate(() => window.tresen('logout'));
  await until(async () => (await kept(page)).length === 0, 'nothing on this device');
  await launcher(page).click();
  await choice(page, 'Sales').waitFor();
  assert.deepEqual(problems, []);
});

test('choose: who forgets a conversation on this device chooses anew', async (t) => {
  const { page, gateway, problems } = await several(t);
  await choose(page, 'Sales');
  await say(page, 'Good morning');
  await visitor(gateway);
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End and forget on this device' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End and forget on this device' }).click();
  await panel(page).waitFor({ state: 'hidden' });
  assert.deepEqual(await kept(page), []);
  await launcher(page).click();
  await choice(page, 'Returns').click();
  await input(page).waitFor();
  assert.equal(await rows(page).count(), 0);
  assert.deepEqual(problems, []);
});

test('choose: one of them invites, and the chat is with that one', async (t) => {
  const rules = [{ id: 'a', text: 'May I help you with your machine?', after: 0 }];
  const { page, gateway, problems } = await several(t, { gateway: { departments: { ...all(), support: { name: 'Support', availability: 'chat' } }, look: { parts: ['invite'] }, invitations: rules, inviting: 'support' } });
  await page.locator('[part=invite-accept]').click();
  await panel(page).getByText('May I help you with your machine?').waitFor();
  await until(() => gateway.visitor?.form?.invitation === 'a', 'with what');
  await say(page, 'Yes, please');
  const v = await visitor(gateway);
  assert.equal(v.chat.at, 'support');
  assert.deepEqual([...new Set(asked(gateway))], ['support']);
  assert.deepEqual(problems, []);
});

test('choose: on a site that is monitored an agent of the first may write first; another one can be chosen all the same', async (t) => {
  const { page, gateway, problems } = await several(t, { gateway: { look: { parts: ['monitoring'] } } });
  const v = await until(() => gateway.visitor, 'a check-in that nobody asked for');
  assert.deepEqual(asked(gateway), ['sales']);
  await launcher(page).click();
  await choice(page, 'Returns').click();
  await until(() => asked(gateway).at(-1) === 'returns', 'the one that was chosen');
  await until(() => v.streams.size === 1, 'one stream');
  await page.reload();
  await until(() => v.streams.size === 1 && asked(gateway).length > 2);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Can I help you?');
  await page.locator('[part=badge]').filter({ hasText: '1' }).waitFor();
  await launcher(page).click();
  await page.locator('[part=text]', { hasText: 'Can I help you?' }).waitFor();
  assert.equal(await choice(page, 'Sales').count(), 0);
  assert.deepEqual(problems, []);
});

test('choose: what cannot be fetched is said, and can be tried again; without its looks a department is there all the same', async (t) => {
  const { page, gateway } = await several(t);
  for (const path of ['**/w/1/status/**', '**/chat.js']) await page.route(path, (route) => route.abort());
  await page.reload();
  await launcher(page).click();
  await panel(page).getByText('That did not work. Please try again.').waitFor();
  await page.unroute('**/w/1/status/**');
  await panel(page).getByRole('button', { name: 'Try again' }).click();
  await choice(page, 'Sales').waitFor();
  assert.equal(await panel(page).getByText('That did not work.').isVisible(), false);
  await choice(page, 'Sales').click();
  await panel(page).getByText('That did not work. Please try again.').waitFor();
  await page.unroute('**/chat.js');
  await choice(page, 'Sales').click();
  await input(page).waitFor();
  await page.route('**/w/1/status/support?*', (route) => route.abort());
  await page.reload();
  await launcher(page).click();
  await choice(page, 'Support').click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  await say(page, 'It does not grind');
  assert.equal((await visitor(gateway)).chat.at, 'support');
});

test('choose: on a phone the list covers the screen and keeps the focus; one alone is no choice', async (t) => {
  const { page, gateway, problems } = await several(t, { context: { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' } });
  await launcher(page).click();
  await choice(page, 'Sales').waitFor();
  assert.deepEqual(Object.values(await panel(page).boundingBox()).map(Math.round), [0, 0, 360, 740]);
  assert.equal(await panel(page).getAttribute('aria-modal'), 'true');
  await fetched(page, 'small');
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.closest('.panel')), 'the panel has it');
  }
  gateway.pages.set('/', html(tag(gateway.origin).replace('sales  support returns', ' sales')));
  await page.reload();
  await launcher(page).click();
  await input(page).waitFor();
  assert.equal(await back(page).isVisible(), false);
  await say(page, 'Good morning');
  assert.equal(entries(await visitor(gateway), 'visitor').length, 1);
  assert.deepEqual(problems, []);
});
