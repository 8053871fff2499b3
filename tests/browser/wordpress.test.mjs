// examples/wordpress by PHP (wordpress/play.php has the functions of WordPress that it calls), and what it prints in Chromium.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeGateway } from '../widget/fake_gateway.mjs';
import { isOnline, launch, until } from './tools.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const PLUGIN = path('../../examples/wordpress/tresen-chat/');
const KEY = '0123456789abcdef0123456789abcdef';
const ADA = [4711, 'Ada </script><b>L.</b>', 'ada@example.org'];
const play = (act, given = {}) => JSON.parse(execFileSync('php', [path('wordpress/play.php'), act, JSON.stringify(given)], { encoding: 'utf8' }));
const save = (sent, locale = 'en_US') => play('save', { sent, locale });

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

async function scene(t, given) {
  const gateway = await FakeGateway.start();
  const context = await browser.newContext({ locale: 'en-GB' });
  await context.addInitScript(isOnline);
  t.after(async () => {
    await context.close();
    await gateway.stop();
  });
  const { printed } = play('page', { ...given, options: { gateway: gateway.origin, ...given.options } });
  gateway.pages.set('/', `<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title><h1>A shop</h1>${printed}</html>`);
  return { gateway, context, page: await context.newPage(), printed };
}

test('wordpress: every file is PHP', () => {
  const files = readdirSync(PLUGIN, { recursive: true }).filter((name) => name.endsWith('.php'));
  assert.equal(files.length, 6);
  for (const name of files) execFileSync('php', ['-l', `${PLUGIN}${name}`]);
});

test('wordpress: a page has the chat as the settings say; without an address it has none', async (t) => {
  const { page, gateway, printed } = await scene(t, { options: { department: 'sales', lang: 'de', color: '#060', position: 'left' } });
  assert.match(printed, /^<script src="[^"]+\/w\/1\/loader\.js" id="tresen-chat-js" async [^>]*data-department="sales" data-lang="de" data-color="#060" data-position="left"><\/script>\n$/);
  await page.goto(gateway.origin);
  const button = page.locator('[part=launcher][data-availability=chat]');
  await button.waitFor();
  assert.equal(await button.getAttribute('title'), 'Wir sind für Sie da');
  assert.ok((await button.boundingBox()).x < 100);
  assert.equal(play('page', { options: {} }).printed, '');
  assert.equal(play('page', { options: 'broken' }).printed, '');
});

test('wordpress: what is printed is escaped, wherever it comes from', () => {
  const hostile = '"><script>alert(1)</script>';
  const options = { gateway: `https://x${hostile}`, department: hostile, lang: hostile, color: hostile, position: hostile, audience: hostile };
  for (const act of ['page', 'settings']) assert.equal(play(act, { options }).printed.includes('<script>alert'), false, act);
  const { printed } = play('page', { options: { gateway: 'https://x', identify: '1' }, key: KEY, user: ADA });
  assert.equal(printed.includes('Ada'), false, 'a page that may be cached names nobody');
  assert.equal(printed.includes(KEY), false);
});

test('wordpress: settings are for who may, by a form with a nonce, in German too', () => {
  const { printed, capability } = play('settings', { options: { gateway: 'https://chat.example.org', identify: '1' } });
  assert.equal(capability, 'manage_options');
  assert.match(printed, /<form action="options\.php" method="post"><input type="hidden" name="_wpnonce"/);
  for (const name of ['gateway', 'department', 'lang', 'color', 'position', 'identify', 'audience']) {
    assert.ok(printed.includes(`<label for="tresen-chat-${name}">`) && printed.includes(`id="tresen-chat-${name}" name="tresen_chat[${name}]"`), name);
  }
  assert.match(printed, /value="https:\/\/chat\.example\.org"/);
  assert.match(printed, /value="1" checked="checked"/);
  assert.equal(play('settings', { can: false }).printed, '');
  for (const locale of ['de_DE', 'de_DE_formal']) {
    const german = play('settings', { locale });
    assert.deepEqual(german.untranslated, []);
    assert.match(german.printed, />Adresse des Gateways</);
    assert.deepEqual(save({ gateway: 'ftp://x', color: 'red' }, locale).untranslated, []);
  }
});

test('wordpress: only what may stand there is stored', () => {
  const good = { gateway: 'https://chat.example.org/support', department: 'sales', lang: 'de', color: '#2B5a8a', position: 'left', identify: '1', audience: 'shop' };
  assert.deepEqual(save({ ...good, gateway: ' https://chat.example.org/support/ ', more: 'x' }), { ...save(good), saved: good, errors: [] });
  assert.equal(save({ gateway: 'http://localhost:8080' }).saved.gateway, 'http://localhost:8080');
  const long = `https://${'a'.repeat(192)}`;
  assert.equal(save({ gateway: long }).saved.gateway, long);
  for (const gateway of [`${long}a`, 'http://chat.example.org', 'javascript:alert(1)', 'https://', 'https://user@chat.example.org', 'https://chat.example.org/?x', 'chat.example.org', ['https://x']]) {
    const { saved, errors } = save({ gateway });
    assert.equal(saved.gateway, '', String(gateway));
    assert.equal(errors.length, Array.isArray(gateway) ? 0 : 1, String(gateway));
  }
  assert.equal(save({ department: 'a'.repeat(40) }).saved.department.length, 40);
  const most = Array.from({ length: 20 }, (_, i) => `d${i}`).join(' ');
  for (const several of ['sales support', most]) assert.equal(save({ department: ` ${several} ` }).saved.department, several);
  for (const [name, value] of [['department', 'a'.repeat(41)], ['department', 'Sales'], ['department', 'sales\n.'], ['department', 'sales  support'], ['department', `${most} d20`], ['color', '#12'], ['color', 'red;'], ['audience', 'a b'], ['audience', 'a'.repeat(101)]]) {
    const { saved, errors } = save({ [name]: value });
    assert.equal(saved[name], name === 'audience' ? 'default' : '', `${name} ${value}`);
    assert.deepEqual(errors.map(([code]) => code), [name]);
  }
  assert.deepEqual([save({ lang: 'tlh' }).saved.lang, save({ position: 'top' }).saved.position, save({ identify: 'yes' }).saved.identify], ['', 'right', '']);
  assert.deepEqual(save('nothing').saved, save({}).saved);
});

test('wordpress: who is logged in is signed for five minutes, for nobody else and never without a nonce', () => {
  const given = { options: { gateway: 'https://x', identify: '1', audience: 'shop' }, key: KEY, user: ADA, nonce: 'nonce-of-tresen-chat-identity' };
  const before = Math.floor(Date.now() / 1000);
  const [header, payload, signature] = JSON.parse(play('ajax', given).printed).data.jwt.split('.');
  assert.equal(signature, createHmac('sha256', KEY).update(`${header}.${payload}`).digest('base64url'));
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url')), { alg: 'HS256', typ: 'JWT' });
  const { iat, exp, ...claims } = JSON.parse(Buffer.from(payload, 'base64url'));
  assert.deepEqual(claims, { sub: '4711', aud: 'shop', name: ADA[1], email: ADA[2] });
  assert.ok(iat >= before && iat <= before + 60 && exp === iat + 300);
  assert.equal(play('ajax', { ...given, nonce: 'another' }).ended, '-1');
  for (const off of [{ key: null }, { key: KEY.slice(1) }, { options: { ...given.options, identify: '' } }]) assert.equal(play('ajax', { ...given, ...off }).ended, '404');
  assert.equal(play('ajax', given).anonymous, false);
});

test('wordpress: the page gives the chat a way to a fresh JWT; after a log-out it tells it once', async (t) => {
  const STUB = '<script>window.calls = []; window.tresen = (...call) => calls.push(call);</script>';
  const options = { identify: '1' };
  const { page, gateway, context, printed } = await scene(t, { options, key: KEY, user: ADA });
  gateway.pages.set('/', `<!DOCTYPE html><link rel="icon" href="data:,"><title>A shop</title>${STUB}${printed}`);
  let asked;
  await page.route('**/wp-admin/admin-ajax.php', async (route) => {
    asked = Object.fromEntries(new URLSearchParams(route.request().postData()));
    const { printed: body } = play('ajax', { options: { gateway: 'https://x', ...options }, key: KEY, user: ADA, nonce: asked._ajax_nonce });
    await route.fulfill({ contentType: 'application/json', body });
  });
  await page.goto(gateway.origin);
  const jwt = await page.evaluate(() => window.calls.find(([name]) => name === 'identify')[1]());
  assert.equal(asked.action, 'tresen_chat_identity');
  assert.equal(JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url')).sub, '4711');

  gateway.pages.set('/', `<!DOCTYPE html><link rel="icon" href="data:,"><title>A shop</title>${STUB}${play('page', { options: { gateway: gateway.origin, ...options }, key: KEY }).printed}`);
  const calls = async () => {
    await page.reload();
    return until(() => page.evaluate(() => document.readyState === 'complete' && window.calls.map(([name]) => name)));
  };
  assert.deepEqual(await calls(), []);
  await context.addCookies([{ name: 'tresen_chat_left', value: '1', url: gateway.origin }]);
  assert.deepEqual(await calls(), ['logout']);
  assert.deepEqual(await calls(), []);
});

test('wordpress: nothing of it stays', () => {
  assert.deepEqual(play('uninstall').deleted, ['tresen_chat']);
});
