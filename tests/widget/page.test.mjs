// The built widget in Chromium: connections, tabs, pages, hostile surroundings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeGateway } from './fake_gateway.mjs';
import { came, CSP, entries, html, launcher, panel, say, scene, states, tag, texts, visitor } from './scene.mjs';
import { launch, until } from './tools.mjs';

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
  await say(page, 'Good morning');
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

test('page: without a department it is the default one', async (t) => {
  const { page, gateway, problems } = await scene(t, { body: (gw) => html(`<script async src="${gw}/w/1/loader.js"></script>`) });
  await launcher(page).click();
  await say(page, 'To whom it may concern');
  const v = await visitor(gateway);
  gateway.say(v, 'Nina', 'That is me');
  await page.getByText('That is me').waitFor();
  assert.equal(gateway.connections.length, 1);
  await page.reload();
  await page.getByText('That is me').waitFor();
  assert.equal(gateway.connections.length, 2);
  assert.deepEqual(problems, []);
});

test('page: a reload and another page go on where one was, with one connection and no question asked twice', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'First answer');
  await page.getByText('First answer').waitFor();
  await until(() => v.heard.some((e) => e.children.some((c) => c.name === 'received')), 'a receipt');
  await page.locator('textarea').fill('half a senten');
  gateway.connections.length = 0;
  gateway.log.length = 0;
  await page.reload();
  await page.getByText('First answer').waitFor();
  assert.deepEqual(await texts(page), ['Good morning', 'First answer']);
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
  await until(() => entries(v, 'visitor').length === 2); // shown before it is stored, and the answer would stand before it
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

test('page: what is written in a tab that closes before it is checked in is sent by another', async (t) => {
  const { page, gateway, add, problems } = await scene(t);
  await launcher(page).click();
  await say(page, 'From the first');
  const v = await visitor(gateway);
  gateway.deaf = true;
  const second = await add();
  await second.locator('[part=input]').waitFor();
  await say(second, 'And goes');
  await second.close();
  await until(() => entries(v, 'visitor').length === 2, 'the line of the tab that is gone');
  await page.getByText('And goes').waitFor();
  assert.deepEqual(await texts(page), ['From the first', 'And goes']);
  assert.deepEqual(problems, []);
});

test('page: many tabs at once stay one visitor', async (t) => {
  const { page, gateway, add, context } = await scene(t);
  await launcher(page).click();
  await say(page, 'Good morning');
  await visitor(gateway);
  const pages = await Promise.all([add(), add(), add(), add()]);
  await Promise.all(pages.map((p) => p.getByText('Good morning').waitFor()));
  for (const p of [page, ...pages]) await p.close();
  const last = await context.newPage();
  await last.goto(gateway.origin);
  await last.getByText('Good morning').waitFor();
  assert.equal(gateway.visitors.length, 1);
});

test('page: a lost connection is said, made again, and nothing is lost or doubled', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await page.clock.install();
  await launcher(page).click();
  await say(page, 'one');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await until(async () => (await states(page))[0] === 'stored');
  // From here on the page's clock stands still: the widget would not wait for the button.
  await page.clock.pauseAt(Date.now() + 60000);
  gateway.drop();
  await page.getByText(/Trying again in \d+ s/).waitFor();
  await say(page, 'two, offline');
  assert.deepEqual(await states(page), ['stored', 'sending']);
  gateway.say(v, 'Nina', 'meanwhile');
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
  await came(gateway, 'two');
  await page.reload();
  gateway.answering = true;
  await page.reload();
  await until(() => entries(v, 'visitor').length === 2);
  await until(async () => (await states(page)).join() === 'stored,stored');
  assert.deepEqual(await texts(page), ['one', 'two']);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes(':run.')).length), 0);
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
  await say(page, 'Good morning http://a.example');
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

test('page: without wss: in the Content-Security-Policy it uses HTTP', async (t) => {
  const { page, gateway } = await scene(t, { headers: (gw) => ({ 'content-security-policy': `default-src 'none'; script-src ${gw}; connect-src ${gw}/` }) });
  await launcher(page).click();
  await say(page, 'Over HTTP');
  const v = await visitor(gateway);
  gateway.say(v, 'Nina', 'Hi');
  await page.locator('[part=text]', { hasText: /^Hi$/ }).waitFor();
  assert.deepEqual(gateway.connections, ['bosh']);
});

test('page: hostile texts stay texts (V-107)', async (t) => {
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
  const bf = await launch({ whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  t.after(() => bf.close());
  const gateway = await FakeGateway.start();
  t.after(() => gateway.stop());
  for (const path of ['/one', '/two']) gateway.pages.set(path, html(tag(gateway.origin)));
  const page = await bf.newPage();
  await page.goto(`${gateway.origin}/one`);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  await page.evaluate(() => { window.kept = true; addEventListener('pageshow', (e) => { window.persisted = e.persisted; }); });
  await page.goto(`${gateway.origin}/two`);
  await page.getByText('Good morning').waitFor();
  gateway.say(v, 'Nina', 'While you were away');
  await page.getByText('While you were away').waitFor();
  await page.goBack({ waitUntil: 'commit' });
  await page.getByText('While you were away').waitFor();
  assert.equal(await page.evaluate(() => window.kept && window.persisted), true, 'it came from the cache');
  assert.deepEqual(await texts(page), ['Good morning', 'While you were away']);
  await say(page, 'Back');
  await until(() => entries(v, 'visitor').length === 2);
});

test('page: a route change without a load is told', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  await page.evaluate(() => {
    document.title = 'Second';
    history.pushState({}, '', '/second?secret=1');
  });
  await until(() => v.visits.at(-1).name === 'page');
  assert.deepEqual({ ...v.visits.at(-1).attrs, xmlns: '' }, { xmlns: '', url: `${gateway.origin}/second`, title: 'Second' });
});
