// A page that says who its visitor is, in Chromium; the gateway judges JWTs as the desk does (docs/PROTOCOL.md section 19).
import assert from 'node:assert/strict';
import test from 'node:test';
import { came, entries, fetched, html, launcher, panel, say, scene, states, tag, texts, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** What a website signs; good: the desk takes it. */
const jwt = (sub, more = {}) => `${url({ alg: 'HS256' })}.${url({ sub, n: Math.random(), ...more })}.good`;
const judge = (text) => {
  const [, payload, signature] = text.split('.');
  return signature === 'good' ? JSON.parse(Buffer.from(payload, 'base64url')) : undefined;
};
const STUB = '<script>window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };</script>';
/** A page that makes one call before the tag. */
const calling = (gw, script) => html(`${STUB}<script>${script}</script>${tag(gw)}`);
const identify = (value) => `tresen('identify', ${JSON.stringify(value)});`;
/** The page's calls are heard: a click before that is one of somebody of whom nothing is known yet. */
async function identified(t, value, options = {}) {
  const s = await scene(t, { body: (gw) => calling(gw, `${identify(value)} tresen('on', 'availability', () => { window.heard = true; });`), gateway: { identity: { judge }, ...options } });
  await s.page.waitForFunction(() => window.heard);
  return s;
}
const proofs = (v) => v.proofs.map((claims) => claims?.sub);
const subjects = (gateway) => gateway.visitors.map((v) => v.subject);
const load = async ({ page, gateway }, script) => {
  gateway.pages.set('/', calling(gateway.origin, script));
  await page.reload();
};
const kept = (page, part = '') => page.evaluate((p) => Object.entries({ ...localStorage, ...sessionStorage })
  .filter(([key]) => key.startsWith('tresen:')).map(([key, value]) => `${key.split(':').at(-1)}=${value}`).filter((text) => text.includes(p)), part);

async function begin(s) {
  await launcher(s.page).click();
  await s.page.locator('[part=input]').waitFor();
}

/** The verified visitor says something, and an agent answers. */
async function conversation(s, subject = 'ada') {
  await begin(s);
  await say(s.page, `I am ${subject}`);
  const v = await visitor(s.gateway);
  s.gateway.join(v, 'Nina');
  s.gateway.say(v, 'Nina', `Good morning, ${subject}`);
  await s.page.getByText(`Good morning, ${subject}`).waitFor();
  return v;
}

test('identify: a JWT goes with the check-in, and nothing of it is kept', async (t) => {
  const token = jwt('ada');
  const s = await identified(t, token);
  await fetched(s.page, 'identity');
  assert.deepEqual(s.gateway.connections, [], 'no connection before the click');
  assert.deepEqual(await kept(s.page), []);
  const v = await conversation(s);
  assert.deepEqual(proofs(v), ['ada']);
  assert.equal(s.gateway.visitors.length, 1);
  assert.deepEqual(await kept(s.page, token), []);
  assert.equal((await kept(s.page, 'proved=')).length, 1);
  await s.page.locator('textarea').fill('half a senten');
  await load(s, identify(jwt('ada')));
  await s.page.getByText('Good morning, ada').waitFor();
  await until(async () => await s.page.locator('textarea').inputValue() === 'half a senten');
  assert.deepEqual(proofs(v), ['ada', 'ada']);
  assert.equal(s.gateway.visitors.length, 1);
  await s.page.getByRole('button', { name: 'Options' }).click();
  await s.page.getByRole('button', { name: 'End and forget on this device' }).click();
  await s.page.getByText('While you are logged in on this website, you find it here again.').waitFor();
  await s.page.locator('[part~=yes]').click();
  await until(() => s.gateway.logouts === 1);
  assert.equal(v.chat.state, 'closed');
  assert.deepEqual(s.problems, []);
});

test('identify: a call after the check-in checks in again; what is going on goes on, and a later call renews', async (t) => {
  const s = await scene(t, { body: (gw) => calling(gw, ''), gateway: { identity: { judge } } });
  await begin(s);
  await say(s.page, 'Nobody yet');
  const v = await visitor(s.gateway);
  await s.page.evaluate((value) => window.tresen('identify', value), jwt('ada'));
  await until(() => v.subject === 'ada');
  await s.page.evaluate((value) => window.tresen('identify', value), jwt('ada', { plan: 'gold' }));
  await until(() => v.proofs.at(-1)?.plan === 'gold');
  await say(s.page, 'Still here');
  await until(() => entries(v, 'visitor').length === 2);
  assert.deepEqual(await texts(s.page), ['Nobody yet', 'Still here']);
  assert.deepEqual(subjects(s.gateway), ['ada']);
});

test('identify: a function is asked when the chat connects, and again when the desk does not take what it brought', async (t) => {
  const s = await scene(t, { body: (gw) => calling(gw, `window.asked = 0; tresen('identify', async () => { asked++; return window.bring(); });`), gateway: { identity: { judge } } });
  await s.page.evaluate((value) => { window.bring = () => value; }, jwt('ada'));
  await fetched(s.page, 'identity');
  assert.equal(await s.page.evaluate(() => window.asked), 0, 'nobody has opened the chat');
  const v = await conversation(s);
  assert.equal(await s.page.evaluate(() => window.asked), 1);
  // Beside the token the desk takes the old one for hours: it is not asked for each connection.
  s.gateway.drop();
  await until(() => v.proofs.length === 2);
  assert.equal(await s.page.evaluate(() => window.asked), 1);
  // Hours later: that JWT is no good any more.
  const fresh = jwt('ada');
  s.gateway.identity.judge = (text) => (text === fresh ? judge(text) : undefined);
  await s.page.evaluate((value) => {
    window.bring = () => value;
    const { now } = Date;
    Date.now = () => now() + 3600000;
  }, fresh);
  s.gateway.drop();
  await until(() => v.proofs.length === 3);
  assert.equal(await s.page.evaluate(() => window.asked), 2);
  await say(s.page, 'Hours later');
  await until(() => entries(v, 'visitor').length === 2);
  assert.deepEqual(await texts(s.page), ['I am ada', 'Good morning, ada', 'Hours later']);
  assert.deepEqual(subjects(s.gateway), ['ada']);
});

test('identify: with a JWT that is no good the visitor goes on, unverified, and who makes the page is told', async (t) => {
  const s = await scene(t, { body: (gw) => calling(gw, '') });
  let warnings = [];
  s.page.on('console', (m) => m.type() === 'warning' && warnings.push(m.text()));
  for (const [what, value, options] of [
    ['bad', 'a.b.c', {}],
    ['expired', jwt('ada', { expired: true }), {}],
    ['used', jwt('ada', { jti: '1' }), { used: new Set(['1']) }],
    ['for a site without keys', jwt('ada'), { identity: undefined }],
    ['too long', 'x'.repeat(4097), {}],
    ['no text', { sub: 'ada' }, {}],
  ]) {
    warnings = [];
    await s.page.evaluate(() => localStorage.clear());
    Object.assign(s.gateway, { identity: { judge }, visitors: [], ...options });
    await load(s, identify(value));
    await begin(s);
    await say(s.page, 'Good morning');
    const v = await visitor(s.gateway);
    assert.equal(v.subject, undefined, what);
    await s.page.locator('[part=news]', { hasText: 'You are next.' }).waitFor();
    await until(() => /tresen: identify/.test(warnings.join()), `${what}: a warning`);
  }
});

test('identify: 4,096 bytes are taken', async (t) => {
  const [head, , sign] = jwt('ada').split('.');
  const most = 4096 - head.length - sign.length - 2; // of base64url: three bytes are four
  const payload = JSON.stringify({ sub: 'ada', pad: '' });
  const long = `${head}.${Buffer.from(payload.replace('""', `"${'x'.repeat(Math.floor(most * 3 / 4) - payload.length)}"`)).toString('base64url')}.${sign}`;
  assert.ok(long.length > 4092 && long.length <= 4096, String(long.length));
  const s = await identified(t, long);
  await begin(s);
  await until(() => s.gateway.visitors[0]?.subject === 'ada');
});

test('identify: where only verified visitors come in the panel says so, and what to do; a call opens it', async (t) => {
  const s = await scene(t, { body: (gw) => calling(gw, ''), gateway: { identity: { judge, required: true } } });
  await begin(s);
  await s.page.getByRole('status').filter({ hasText: 'Please log in on this website first.' }).waitFor();
  assert.equal(await s.page.locator('textarea').getAttribute('readonly'), '');
  await s.page.evaluate((value) => window.tresen('identify', value), jwt('ada'));
  await until(async () => await s.page.locator('textarea').getAttribute('readonly') === null);
  assert.equal(await s.page.locator('[part=banner]').isVisible(), false);
  await say(s.page, 'Here I am');
  await visitor(s.gateway);
  assert.deepEqual(subjects(s.gateway), ['ada']);
});

test('identify: where only verified visitors come in, and the JWT is no good, the page is to be loaded again', async (t) => {
  const s = await identified(t, jwt('ada', { expired: true }), { identity: { judge, required: true } });
  await begin(s);
  await s.page.getByRole('status').filter({ hasText: 'Your log-in has run out. Please load the page again.' }).waitFor();
  assert.equal(await s.page.locator('textarea').getAttribute('readonly'), '');
  await load(s, identify(jwt('ada')));
  await begin(s);
  await until(() => s.gateway.visitors[0]?.subject === 'ada');
  await until(async () => await s.page.locator('textarea').getAttribute('readonly') === null);
});

test('identify: a log-in that runs out while the page is there is said, and the conversation waits for the next page', async (t) => {
  const s = await identified(t, jwt('ada'));
  const v = await conversation(s);
  s.gateway.identity.judge = () => undefined;
  s.gateway.drop();
  await s.page.getByRole('status').filter({ hasText: 'Your log-in has run out. Please load the page again.' }).waitFor();
  assert.deepEqual(await texts(s.page), ['I am ada', 'Good morning, ada']);
  assert.equal(await s.page.locator('textarea').getAttribute('readonly'), '');
  s.gateway.identity.judge = judge;
  await load(s, identify(jwt('ada')));
  await s.page.getByText('Good morning, ada').waitFor();
  await say(s.page, 'Here again');
  await until(() => entries(v, 'visitor').length === 2);
  assert.deepEqual(subjects(s.gateway), ['ada']);
});

test('identify: another person in the next page sees, says and finds nothing of the former one', async (t) => {
  const s = await identified(t, jwt('ada'));
  const v = await conversation(s);
  s.gateway.answering = false;
  await say(s.page, 'Never sent');
  await s.page.locator('textarea').fill('half a senten');
  await until(async () => (await kept(s.page, 'Never sent')).length === 1);
  await came(s.gateway, 'Never sent');
  s.gateway.answering = true;
  // Even before the desk has said who this is.
  s.gateway.websocket = s.gateway.bosh = false;
  await load(s, identify(jwt('bob')));
  await panel(s.page).waitFor();
  assert.deepEqual(await texts(s.page), []);
  assert.equal(await s.page.locator('textarea').inputValue(), '');
  await say(s.page, 'I am bob');
  s.gateway.websocket = s.gateway.bosh = true;
  const bob = await until(() => s.gateway.visitors.find(({ subject }) => subject === 'bob'));
  await until(() => entries(bob, 'visitor').length === 1);
  await until(async () => (await states(s.page)).join() === 'stored');
  assert.deepEqual(await texts(s.page), ['I am bob']);
  assert.deepEqual(entries(v, 'visitor').map(({ body }) => body), ['I am ada']);
  assert.deepEqual(await kept(s.page, 'Never sent'), []);
  assert.deepEqual(await kept(s.page, 'half a senten'), []);
  assert.deepEqual(s.problems, []);
});

test('identify: what the next person is typing while the desk finds out who that is stays in the box, and is written down as theirs', async (t) => {
  const s = await identified(t, jwt('ada'));
  await conversation(s);
  await s.page.locator('textarea').fill('of Ada');
  s.gateway.websocket = s.gateway.bosh = false;
  await load(s, identify(jwt('bob')));
  await panel(s.page).waitFor();
  const input = s.page.locator('textarea');
  await input.pressSequentially('of Bob');
  s.gateway.websocket = s.gateway.bosh = true;
  await until(() => subjects(s.gateway).includes('bob'));
  await until(async () => (await kept(s.page, 'proved=')).length && !(await kept(s.page, 'run=')).length, 'the desk has answered');
  assert.equal(await input.inputValue(), 'of Bob');
  assert.deepEqual(await kept(s.page, 'draft='), ['draft=of Bob']);
  await input.press('Enter');
  const bob = s.gateway.visitors.find(({ subject }) => subject === 'bob');
  await until(() => entries(bob, 'visitor').length === 1);
  assert.deepEqual(await texts(s.page), ['of Bob']);
  assert.deepEqual(s.problems, []);
});

test('identify: another person in the same page, and in the other tabs', async (t) => {
  const s = await identified(t, jwt('ada'));
  const v = await conversation(s);
  const second = await s.add();
  await second.getByText('Good morning, ada').waitFor();
  s.gateway.answering = false;
  await say(s.page, 'Never sent');
  await second.getByText('Never sent').waitFor();
  await second.evaluate((value) => window.tresen('identify', value), jwt('bob'));
  await until(async () => !(await texts(second)).length, 'this page forgets');
  await until(async () => !(await texts(s.page)).length, 'the other one, too');
  s.gateway.answering = true;
  const bob = await until(() => s.gateway.visitors.find(({ subject }) => subject === 'bob'));
  await say(second, 'I am bob');
  await until(() => entries(bob, 'visitor').length === 1);
  await until(async () => (await states(second)).join() === 'stored');
  assert.deepEqual(await texts(second), ['I am bob']);
  await s.page.getByText('I am bob').waitFor(); // who is here now, in the tab that was left, too
  assert.deepEqual(await texts(s.page), ['I am bob']);
  assert.deepEqual(entries(v, 'visitor').map(({ body }) => body), ['I am ada']);
  assert.deepEqual(subjects(s.gateway), ['ada', 'bob']);
});

test('identify: a page that says nothing shows nothing of who was proved; one that does finds it again', async (t) => {
  const s = await identified(t, jwt('ada'));
  const v = await conversation(s);
  await s.page.locator('textarea').fill('half a senten');
  await s.page.clock.install();
  await s.page.clock.pauseAt(Date.now() + 60000);
  await load(s, '');
  await panel(s.page).waitFor();
  await until(() => s.gateway.log.filter(({ children: [first] }) => first?.name === 'bind').length === 2, 'a stream, from which on it waits');
  await s.page.clock.runFor(3000);
  assert.deepEqual(subjects(s.gateway), ['ada'], 'a call may come yet');
  await s.page.clock.runFor(3000);
  await until(() => s.gateway.visitors.length === 2, 'somebody else');
  await s.page.clock.resume();
  await until(async () => !(await kept(s.page, 'half a senten')).length);
  assert.deepEqual(await texts(s.page), []);
  assert.equal(await s.page.locator('textarea').inputValue(), '');
  await load(s, identify(jwt('ada')));
  await begin(s);
  await s.page.getByText('Good morning, ada').waitFor();
  await say(s.page, 'Back again');
  await until(() => entries(v, 'visitor').length === 2);
});

test('logout: who was proved finds the chat again; the desk is told, and nothing is on the device', async (t) => {
  const s = await identified(t, jwt('ada'));
  const v = await conversation(s);
  const second = await s.add();
  await second.getByText('Good morning, ada').waitFor();
  await s.page.evaluate(() => window.tresen('logout'));
  await until(() => s.gateway.logouts === 1);
  await panel(s.page).waitFor({ state: 'hidden' });
  await until(async () => !(await texts(second)).length);
  assert.deepEqual(await kept(s.page), []);
  assert.equal(v.chat.state, 'active', 'it goes on');
  assert.equal(v.tokens.size, 0);
  await launcher(s.page).click();
  await until(() => s.gateway.visitors.length === 2);
  assert.deepEqual(subjects(s.gateway), ['ada', undefined]);
  await s.page.evaluate((value) => window.tresen('identify', value), jwt('ada'));
  await s.page.getByText('Good morning, ada').waitFor();
});

test('logout: without a connection, and in a page that goes at once, the device forgets all the same', async (t) => {
  const s = await identified(t, jwt('ada'));
  await conversation(s);
  s.gateway.answering = false;
  await say(s.page, 'Never sent');
  s.gateway.websocket = s.gateway.bosh = false;
  s.gateway.drop();
  await until(async () => await s.page.locator('[part=banner]').isVisible());
  await s.page.evaluate(() => window.tresen('logout'));
  await until(async () => !(await kept(s.page)).length);
  assert.equal(s.gateway.logouts, 0);
  Object.assign(s.gateway, { websocket: true, bosh: true, answering: true });
  await load(s, identify(jwt('ada')));
  await launcher(s.page).click();
  await s.page.getByText('Good morning, ada').waitFor();
  s.gateway.pages.set('/next', html('Next'));
  s.gateway.deaf = true; // it does not say that it has heard
  await s.page.evaluate(() => {
    window.tresen('logout');
    setTimeout(() => { location.href = '/next'; }, 50);
  });
  await s.page.waitForURL(/next/);
  assert.deepEqual(await kept(s.page), []);
});

test('logout: who was not proved ends the chat: nobody else would find it', async (t) => {
  const s = await scene(t, { body: (gw) => calling(gw, '') });
  await begin(s);
  await say(s.page, 'Good morning');
  const v = await visitor(s.gateway);
  await s.page.evaluate(() => window.tresen('logout'));
  await until(() => s.gateway.logouts === 1);
  assert.equal(v.chat.state, 'closed');
});
