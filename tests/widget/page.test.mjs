// The built widget in Chromium, against the fake gateway: what no unit test can see.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { FakeGateway } from './fake_gateway.mjs';
import { axe, launch, until } from './tools.mjs';

const CSP = (gw) => `default-src 'none'; script-src ${gw}; connect-src ${gw} ${gw.replace('http', 'ws')}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /report`;
const tag = (gw, attrs = '') => `<script async src="${gw}/w/1/loader.js" data-department="sales" ${attrs}></script>`;
const html = (body, lang = 'en') => `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8"><title>A page</title></head><body><main><h1>A page</h1>${body}</main></body></html>`;

let browser;
before(async () => {
  assert.ok(existsSync(new URL('../../widget/dist/loader.js', import.meta.url)), 'npm run build comes first');
  browser = await launch();
});
after(() => browser?.close());

/** A gateway, a page that embeds its widget, and what a test does with them. */
async function scene(t, { gateway: options = {}, context = {}, body, lang, path = '/', headers } = {}) {
  const gateway = await FakeGateway.start(options);
  gateway.pages.set('/', body?.(gateway.origin) ?? html(tag(gateway.origin), lang));
  if (headers) gateway.headers = headers(gateway.origin);
  const made = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...context });
  const problems = [];
  const add = async () => {
    const page = await made.newPage();
    page.on('pageerror', (error) => problems.push(`${error.stack}`));
    page.on('console', (m) => m.type() === 'error' && !/net::ERR_|WebSocket connection|status of 40/.test(m.text()) && problems.push(m.text()));
    await page.goto(gateway.origin + path);
    return page;
  };
  t.after(async () => {
    await made.close();
    await gateway.stop();
  });
  return { gateway, context: made, page: await add(), add, problems };
}

const launcher = (page) => page.getByRole('button', { name: /^(Open|Close) chat/ }).and(page.locator('[part=launcher]'));
const panel = (page) => page.getByRole('dialog').and(page.locator('[part=panel]'));
const rows = (page) => page.locator('[part~=row]');
const texts = (page) => page.locator('[part=text]').allTextContents();
const say = async (page, text) => {
  await page.locator('textarea').fill(text);
  await page.locator('textarea').press('Enter');
};
const states = (page) => page.locator('[part=state]').evaluateAll((all) => all.map((e) => e.dataset.state));
const visitor = (gateway) => until(() => gateway.visitor?.chat && gateway.visitor, 'a chat');
const entries = (v, by) => v.entries.filter((e) => e.by === by);

test('page: before the click there are the loader and one question, no socket, no storage, no cookie', async (t) => {
  const requests = [];
  const { page, gateway, context, problems } = await scene(t, { gateway: { availability: 'away' }, context: {}, });
  page.on('request', (r) => requests.push(new URL(r.url()).pathname));
  await page.reload();
  await until(() => launcher(page).getAttribute('data-availability'), 'the availability');
  assert.deepEqual(requests.filter((r) => r.startsWith('/w/')), ['/w/1/loader.js', '/w/1/status/sales']);
  assert.deepEqual(gateway.connections, []);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(await context.cookies(), []);
  assert.match(await launcher(page).getAttribute('aria-label'), /^Open chat\. An answer may take a moment$/);
  await launcher(page).hover();
  await until(() => requests.includes('/w/0.1.0/chat.js') && requests.includes('/w/0.1.0/en.js'), 'the hint');
  assert.deepEqual(gateway.connections, []);
  assert.deepEqual(problems, []);
});

test('page: a conversation, from the first click to read', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await launcher(page).click();
  await page.getByRole('textbox', { name: 'Write a message' }).and(page.locator(':focus')).waitFor();
  assert.equal(await panel(page).getAttribute('aria-labelledby'), 'title');
  await say(page, 'Hello');
  const v = await visitor(gateway);
  assert.equal(v.visits[0].children[0].attrs.title, 'A page');
  await page.getByText('You are next').waitFor();
  await until(async () => (await states(page))[0] === 'stored');
  gateway.mark(v, v.entries[0].id, 'received');
  await page.locator('[data-state=delivered]').waitFor();
  gateway.join(v, 'Nina');
  await page.getByRole('heading', { name: 'Nina' }).waitFor();
  gateway.types(v, true);
  await page.getByText('Nina is writing').waitFor();
  gateway.say(v, 'Nina', 'Hi, look at https://a.example/x');
  await page.getByRole('link', { name: 'https://a.example/x' }).waitFor();
  assert.equal(await page.locator('a[href="https://a.example/x"]').getAttribute('rel'), 'noopener noreferrer nofollow ugc');
  gateway.mark(v, v.entries[0].id, 'displayed');
  await page.locator('[data-state=read]').waitFor();
  await until(() => v.heard.some((e) => e.children.some((c) => c.name === 'received')), 'a receipt');
  await until(() => v.heard.some((e) => e.children.some((c) => c.name === 'displayed')), 'a marker');
  await page.locator('textarea').pressSequentially('abc');
  await until(() => v.typing, 'typing');
  await page.locator('textarea').press('Shift+Enter');
  await page.locator('textarea').pressSequentially('d');
  assert.equal(await page.locator('textarea').inputValue(), 'abc\nd');
  await page.getByRole('button', { name: 'Send' }).click();
  await until(() => entries(v, 'visitor').length === 2);
  assert.equal(entries(v, 'visitor')[1].body, 'abc\nd');
  await page.keyboard.press('Escape');
  assert.equal(await panel(page).count(), 0);
  await page.locator('[part=launcher]:focus').waitFor();
  gateway.say(v, 'Nina', 'One more thing');
  await page.locator('[part=badge]', { hasText: '1' }).waitFor();
  assert.match(await launcher(page).getAttribute('aria-label'), /New messages: 1$/);
  await page.keyboard.press('Enter');
  await page.getByText('One more thing').waitFor();
  assert.equal(await page.locator('[part=badge]').isVisible(), false);
  gateway.close(v);
  await page.getByText('This chat has ended. Write to begin a new one.').waitFor();
  assert.deepEqual(problems, []);
});

test('page: a reload and another page go on where one was, with one connection and no question asked twice', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'First answer');
  await page.getByText('First answer').waitFor();
  await page.locator('textarea').fill('half a senten');
  gateway.connections.length = 0;
  gateway.log.length = 0;
  await page.reload();
  await page.getByText('First answer').waitFor();
  assert.deepEqual(await texts(page), ['Hello', 'First answer']);
  assert.equal(await page.locator('textarea').inputValue(), 'half a senten');
  assert.equal(gateway.connections.length, 1);
  assert.equal(gateway.visitors.length, 1);
  assert.equal(gateway.log.filter((e) => e.name === 'iq').length, 3, 'bind, check-in, history');
  assert.equal(gateway.log.filter((e) => e.children[0]?.name === 'received').length, 0, 'what had a receipt gets no other');
  await page.locator('textarea').fill('');
  await page.keyboard.press('Escape');
  gateway.pages.set('/two', html(tag(gateway.origin)));
  await page.goto(`${gateway.origin}/two`);
  gateway.say(v, 'Nina', 'Are you there?');
  await page.locator('[part=badge]', { hasText: '1' }).waitFor();
  assert.equal(await panel(page).count(), 0, 'what was closed stays closed');
  assert.deepEqual(problems, []);
});

test('page: two tabs show one conversation', async (t) => {
  const { page, gateway, add, problems } = await scene(t);
  await launcher(page).click();
  await say(page, 'From the first');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  const second = await add();
  await second.getByText('From the first').waitFor();
  await say(second, 'From the second');
  await page.getByText('From the second').waitFor();
  gateway.say(v, 'Nina', 'To both');
  for (const p of [page, second]) {
    await p.getByText('To both').waitFor();
    assert.deepEqual(await texts(p), ['From the first', 'From the second', 'To both']);
  }
  await second.close();
  await say(page, 'Alone again');
  await until(() => entries(v, 'visitor').length === 3);
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});

test('page: many tabs at once stay one visitor', async (t) => {
  const { page, gateway, add, context } = await scene(t);
  await launcher(page).click();
  await say(page, 'Hello');
  await visitor(gateway);
  const pages = await Promise.all([add(), add(), add(), add()]);
  await Promise.all(pages.map((p) => p.getByText('Hello').waitFor()));
  for (const p of [page, ...pages]) await p.close();
  const last = await context.newPage();
  await last.goto(gateway.origin);
  await last.getByText('Hello').waitFor();
  assert.equal(gateway.visitors.length, 1);
});

test('page: a lost connection is said, made again, and nothing is lost or doubled', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await launcher(page).click();
  await say(page, 'one');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await until(async () => (await states(page))[0] === 'stored');
  gateway.websocket = false;
  gateway.drop();
  await page.getByText(/Trying again in \d+ s/).waitFor();
  await say(page, 'two, offline');
  assert.deepEqual(await states(page), ['stored', 'sending']);
  gateway.say(v, 'Nina', 'meanwhile');
  gateway.websocket = true;
  await page.getByRole('button', { name: 'Try now' }).click();
  await until(async () => (await states(page)).at(-1) === 'stored', 'the second line');
  assert.deepEqual(await texts(page), ['one', 'meanwhile', 'two, offline']);
  assert.equal(await page.locator('[part=banner]').isVisible(), false);
  assert.equal(entries(v, 'visitor').length, 2);
  assert.deepEqual(problems, []);
});

test('page: receipts that never come: the line is kept over a reload and stored once', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await say(page, 'one');
  const v = await visitor(gateway);
  gateway.answering = false;
  await say(page, 'two');
  await until(() => gateway.log.filter((e) => e.name === 'message').length >= 2);
  await page.reload();
  gateway.answering = true;
  await page.reload();
  await until(() => entries(v, 'visitor').length === 2);
  await until(async () => (await states(page)).join() === 'stored,stored');
  assert.deepEqual(await texts(page), ['one', 'two']);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.endsWith(':outbox')).length), 0);
});

test('page: BOSH where WebSocket does not get through', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { websocket: false } });
  await launcher(page).click();
  await say(page, 'Over HTTP');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Hi over HTTP');
  await page.getByText('Hi over HTTP').waitFor();
  for (let i = 0; i < 5; i++) await say(page, `line ${i}`);
  await until(async () => (await states(page)).every((s) => s === 'stored'));
  assert.deepEqual(entries(v, 'visitor').map((e) => e.body), ['Over HTTP', 'line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
  assert.ok(gateway.connections.every((kind) => kind === 'bosh'));
  await page.reload();
  await page.getByText('Hi over HTTP').waitFor();
  assert.deepEqual(problems, []);
});

test('page: works under a strict Content-Security-Policy and Trusted Types none, from another origin', async (t) => {
  const shop = await FakeGateway.start();
  t.after(() => shop.stop());
  const { gateway, page, problems } = await scene(t);
  const reports = [];
  shop.pages.set('/', html(tag(gateway.origin)));
  shop.headers = { 'content-security-policy': CSP(gateway.origin) };
  page.on('console', (m) => /Content Security|Trusted/.test(m.text()) && reports.push(m.text()));
  gateway.form = [{ name: 'name', label: 'Your name', required: true }];
  await page.goto(shop.origin);
  await launcher(page).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  await say(page, 'Hello http://a.example');
  const v = await visitor(gateway);
  assert.deepEqual(v.form, { name: 'Ada' });
  gateway.say(v, 'Nina', 'https://b.example <b>bold</b>');
  await page.getByRole('link', { name: 'https://b.example' }).waitFor();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End chat' }).waitFor();
  gateway.websocket = false;
  gateway.drop();
  await page.getByText('No connection').waitFor();
  assert.deepEqual(reports, []);
  assert.deepEqual(problems, []);
  assert.equal(await panel(page).evaluate((e) => Math.round(e.getBoundingClientRect().width)), 392, 'it has its styles');
});

test('page: hostile texts stay texts', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await page.evaluate(() => { window.bad = 0; });
  page.on('dialog', (d) => problems.push(`dialog ${d.message()}`));
  await launcher(page).click();
  await say(page, '<img src=x onerror="bad++">');
  const v = await visitor(gateway);
  const hostile = ['<script>bad++</script>', '<svg onload=bad++>', 'javascript:bad++', '[x](javascript:bad++)', '&lt;script&gt;', '{{7*7}}', '__proto__',
    'https://good.example@evil.example/', '\u202egpj.exe', ']]>', '<![CDATA[x]]>', '"\'><b>', 'data:text/html,<script>bad++</script>', '<a href="javascript:bad++">x</a>'];
  gateway.join(v, '<b>Nina</b>');
  for (const body of hostile) gateway.say(v, '<b>Nina</b>', body);
  await until(async () => (await texts(page)).length === hostile.length + 1);
  assert.deepEqual((await texts(page)).slice(1), hostile);
  assert.equal(await page.locator('tresen-chat').evaluate((e) => e.shadowRoot.querySelectorAll('script,img,b,iframe,a[href^=javascript]').length), 0);
  assert.equal(await page.evaluate(() => window.bad), 0);
  assert.deepEqual(problems, []);
});

test('page: a host page with errors, odd styles and shortcuts disturbs nothing, and hears nothing', async (t) => {
  const { page, gateway } = await scene(t, { body: (gw) => html(`${tag(gw)}${tag(gw)}
    <style>* { color: red !important; font-size: 50px !important; direction: rtl } tresen-chat { display: none; opacity: 0; transform: rotate(90deg) } button { width: 999px !important }</style>
    <script>window.keys = []; addEventListener('keydown', (e) => { keys.push(e.key); e.preventDefault(); });
      addEventListener('error', () => { throw new Error('again') }); setTimeout(() => { throw new Error('host') }, 0); nothing.here();</script>`) });
  await until(() => launcher(page).count());
  assert.equal(await page.locator('tresen-chat').count(), 1, 'one instance');
  await launcher(page).click();
  await say(page, 'works');
  await page.locator('textarea').pressSequentially('keys');
  const v = await visitor(gateway);
  assert.equal(v.entries[0].body, 'works');
  assert.equal(await page.locator('textarea').inputValue(), 'keys');
  assert.deepEqual(await page.evaluate(() => window.keys), []);
  const box = await panel(page).boundingBox();
  assert.equal(Math.round(box.width), 392);
  assert.equal(await page.locator('[part=title]').evaluate((e) => getComputedStyle(e).fontSize), '17px');
  assert.deepEqual(await page.evaluate(() => Object.keys(window).filter((k) => /tresen|chat/i.test(k))), []);
});

test('page: back and forward through the cache of whole pages', async (t) => {
  const bf = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  t.after(() => bf.close());
  const gateway = await FakeGateway.start();
  t.after(() => gateway.stop());
  for (const path of ['/one', '/two']) gateway.pages.set(path, html(tag(gateway.origin)));
  const page = await bf.newPage();
  await page.goto(`${gateway.origin}/one`);
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  await page.evaluate(() => { window.kept = true; addEventListener('pageshow', (e) => { window.persisted = e.persisted; }); });
  await page.goto(`${gateway.origin}/two`);
  await page.getByText('Hello').waitFor();
  gateway.say(v, 'Nina', 'While you were away');
  await page.getByText('While you were away').waitFor();
  await page.goBack({ waitUntil: 'commit' });
  await page.getByText('While you were away').waitFor();
  assert.equal(await page.evaluate(() => window.kept && window.persisted), true, 'it came from the cache');
  assert.deepEqual(await texts(page), ['Hello', 'While you were away']);
  await say(page, 'Back');
  await until(() => entries(v, 'visitor').length === 2);
});

test('page: a route change without a load is told', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  await page.evaluate(() => {
    document.title = 'Second';
    history.pushState({}, '', '/second?secret=1');
  });
  await until(() => v.visits.at(-1).name === 'page');
  assert.deepEqual({ ...v.visits.at(-1).attrs, xmlns: '' }, { xmlns: '', url: `${gateway.origin}/second`, title: 'Second' });
});

test('page: the form is asked for first, in words; what was typed before waits for it', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { form: [{ name: 'name', label: '', required: true }, { name: 'email', label: '', required: false }] } });
  await launcher(page).click();
  await page.getByLabel('Name', { exact: true }).and(page.locator(':focus')).waitFor();
  assert.equal(await page.locator('textarea').isVisible(), false);
  await page.keyboard.press('Enter');
  await page.getByText('Please fill this in.').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByLabel('E-mail').fill('ada@');
  await page.keyboard.press('Enter');
  await page.getByText('Please check this.').waitFor();
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.keyboard.press('Enter');
  await page.locator('textarea:focus').waitFor();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  assert.deepEqual(v.form, { name: 'Ada', email: 'ada@example.org' });
});

test('page: what need not be answered can be skipped', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { form: [{ name: 'email', label: 'Your address', required: false }] } });
  await launcher(page).click();
  await page.getByLabel('Your address (optional)').waitFor();
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.locator('textarea:focus').waitFor();
  await say(page, 'Hello');
  await visitor(gateway);
});

test('page: ending and forgetting, each after a question', async (t) => {
  const { page, gateway, add } = await scene(t);
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  const second = await add();
  await second.getByText('Hello').waitFor();
  const menu = page.getByRole('button', { name: 'Options' });
  await menu.click();
  await page.keyboard.press('Escape');
  assert.equal(await menu.getAttribute('aria-expanded'), 'false');
  await menu.click();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('alertdialog', { name: 'End this chat?' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(v.chat.state, 'queued');
  await menu.click();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('This chat has ended').waitFor();
  assert.equal(v.chat.state, 'closed');
  await menu.click();
  assert.equal(await page.getByRole('button', { name: 'End chat' }).isVisible(), false, 'there is nothing to end');
  await page.getByRole('button', { name: 'End and forget on this device' }).click();
  await page.locator('[part~=yes]').click();
  await until(async () => !(await panel(page).count()));
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => !k.endsWith(':open') && !k.endsWith(':domain')).length), 0);
  await until(async () => !(await texts(second)).length, 'the other tab forgets too');
  await launcher(page).click();
  await until(() => gateway.visitors.length === 2, 'a new visitor');
  assert.deepEqual(await texts(page), []);
});

test('page: keyboard alone; on a phone the panel keeps the focus', async (t) => {
  const { page, gateway } = await scene(t, { context: { viewport: { width: 390, height: 780 }, hasTouch: true } });
  await page.keyboard.press('Tab');
  await page.locator('[part=launcher]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[part=panel]:focus').waitFor();
  await panel(page).evaluate((e) => Promise.all(e.getAnimations().map((a) => a.finished)));
  const box = await panel(page).boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 780]);
  assert.equal(await panel(page).getAttribute('aria-modal'), 'true');
  const seen = [];
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.getAttribute('part') || 'outside'));
  }
  assert.ok(!seen.includes('outside') && !seen.includes('launcher'), seen.join());
  assert.deepEqual(seen.slice(0, 3), ['tool more', 'tool close', 'log']);
  await page.keyboard.press('Shift+Tab');
  await page.locator('textarea').focus();
  await page.keyboard.type('Typed by hand');
  await page.keyboard.press('Enter');
  await visitor(gateway);
  const small = await page.locator('tresen-chat').evaluate((e) => [...e.shadowRoot.querySelectorAll('button,input,textarea')]
    .filter((b) => b.getClientRects().length && !b.classList.contains('link'))
    .filter((b) => b.getBoundingClientRect().height < 44 || b.getBoundingClientRect().width < 44).map((b) => b.className));
  assert.deepEqual(small, []);
  await page.reload();
  await until(() => launcher(page).count());
  await page.waitForFunction(() => document.querySelector('tresen-chat').shadowRoot.querySelector('[part=panel]'));
  assert.equal(await panel(page).count(), 0, 'a phone\'s page is not covered by itself');
});

test('page: lengths are counted, failures are told', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await page.locator('textarea').fill('x'.repeat(4600));
  await page.getByText('400 characters left').waitFor();
  await page.locator('textarea').fill('x'.repeat(5003));
  await page.getByText('too long, by 3 characters').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
  await page.locator('textarea').press('Enter');
  gateway.refuse = (body) => (body === 'no' ? { type: 'modify', condition: 'not-acceptable' } : body === 'fast' ? { type: 'wait', condition: 'resource-constraint' } : undefined);
  await say(page, 'yes');
  await say(page, 'no');
  await page.getByText('This message was not accepted').waitFor();
  await say(page, 'fast');
  await page.getByText('We send it again by ourselves').waitFor();
  gateway.refuse = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  const v = await visitor(gateway);
  await until(() => entries(v, 'visitor').length === 3, 'all three', 20000);
  assert.equal(await page.locator('[part=problem]').count(), 0);
});

test('page: long histories come in pages, and the place one reads stays', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { older: 120 } });
  await launcher(page).click();
  await until(async () => (await rows(page).count()) === 50);
  const end = () => page.locator('[part=log]').evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
  assert.ok(await end() < 2);
  await page.getByRole('button', { name: 'Earlier messages' }).click();
  await until(async () => (await rows(page).count()) === 100);
  assert.ok(await page.locator('[part=log]').evaluate((e) => e.scrollTop) > 500, 'the old first line is still there');
  await page.getByRole('button', { name: 'Earlier messages' }).click();
  await until(async () => (await rows(page).count()) === 120);
  assert.equal(await page.getByRole('button', { name: 'Earlier messages' }).isVisible(), false);
  gateway.say(gateway.visitor, 'Nina', 'New while reading');
  await page.getByRole('button', { name: 'New messages' }).click();
  await until(async () => (await end()) < 2);
  assert.equal((await texts(page))[0], 'Old line 0');
  assert.equal((await texts(page)).at(-1), 'New while reading');
});

test('page: German, said to nobody, kept under its number', async (t) => {
  const { page } = await scene(t, { lang: 'de', gateway: { availability: 'unavailable' } });
  await page.locator('[part=launcher][aria-label^="Chat öffnen. Gerade ist niemand da"]').click();
  await page.getByText('Hinterlassen Sie uns eine Nachricht').waitFor();
  assert.equal(await page.locator('textarea').getAttribute('placeholder'), 'Nachricht hinterlassen');
  await say(page, 'Bitte melden');
  await page.getByText(/Ihre Nachricht liegt unter der Nummer \d+ bereit/).waitFor();
  await page.getByText('Gesendet').waitFor({ state: 'attached' });
});

test('page: an address that does not answer is told at the launcher', async (t) => {
  const { page, gateway } = await scene(t);
  await until(() => launcher(page).count());
  await page.route('**/chat.js', (route) => route.abort());
  await launcher(page).click();
  await page.locator('[part=launcher][aria-label*="cannot be reached"]').waitFor();
  await page.unroute('**/chat.js');
  assert.equal(gateway.connections.length, 0);
});

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 780 }]) {
    test(`page: no barrier that axe finds, ${colorScheme}, ${viewport.width} wide`, async (t) => {
      const { page, gateway } = await scene(t, { context: { viewport, colorScheme }, gateway: { form: [{ name: 'name', label: '', required: true }] },
        body: (gw) => html(tag(gw, 'data-color="#e8b23a"')) });
      const script = await axe();
      const check = async (what) => {
        // Animations over: half-transparent text has no contrast.
        await page.waitForFunction(() => document.querySelector('tresen-chat').shadowRoot.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity));
        await page.evaluate(script);
        const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((n) => `${n.target} ${n.failureSummary}`)]), [], what);
      };
      await until(() => launcher(page).getAttribute('data-availability'));
      await check('launcher');
      await launcher(page).click();
      await page.locator('[part~=continue]').click();
      await check('form with an error');
      await page.getByLabel('Name').fill('Ada');
      await page.locator('[part~=continue]').click();
      await page.locator('textarea').waitFor();
      await check('greeting');
      await say(page, 'Hello https://a.example');
      const v = await visitor(gateway);
      await check('queued');
      gateway.join(v, 'Nina');
      gateway.say(v, 'Nina', 'Hi https://a.example');
      gateway.types(v, true);
      await page.getByText('Nina is writing').waitFor();
      await check('talk');
      await page.getByRole('button', { name: 'Options' }).click();
      await page.locator('[part=menu]').waitFor();
      await check('menu');
      await page.locator('[part=forget]').click();
      await page.getByRole('alertdialog').waitFor();
      await check('question');
      await page.keyboard.press('Escape');
      gateway.refuse = () => ({ type: 'cancel', condition: 'forbidden' });
      await say(page, 'refused');
      await page.locator('[part=problem]').waitFor();
      gateway.websocket = false;
      gateway.drop();
      await page.getByText('No connection').waitFor();
      await check('trouble');
    });
  }
}
