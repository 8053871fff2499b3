// What the availability answer and the tag say of looks and words, and what a page calls and hears, in Chromium.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { entries, fetched, html, launcher, panel, say, scene, tag, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const STUB = '<script>window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };</script>';
const button = (page) => page.locator('[part=launcher]');
const frame = (page, what) => page.locator('tresen-chat').evaluate((host, name) => {
  const element = host.shadowRoot.querySelector('.frame');
  return { accent: element.style.getPropertyValue('--accent'), left: element.classList.contains('left'), lang: element.lang, dir: element.dir, hidden: element.hidden }[name];
}, what);

test('looks: the answer says colour, corner, words; the tag goes before it', async (t) => {
  const look = { color: '#b00020', position: 'left', launcher: 'text', greeting: 'Moin!' };
  const { page, gateway, problems } = await scene(t, { gateway: { look, texts: { open: 'Ask us', 'form.title': 'First things first' } } });
  await button(page).getByText('Ask us').waitFor();
  assert.equal(await frame(page, 'accent'), '#b00020');
  assert.equal(await frame(page, 'left'), true);
  assert.match(await button(page).getAttribute('aria-label'), /^Ask us\. We are here for you$/);
  assert.ok((await button(page).boundingBox()).width > 90);
  gateway.form = [{ name: 'name', label: 'Your name', required: true }];
  await button(page).click();
  await page.getByText('Moin!').waitFor();
  await page.getByText('First things first').waitFor();
  assert.equal(await page.locator('[part=availability]').textContent(), 'We are here for you');
  gateway.pages.set('/', html(tag(gateway.origin, 'data-color="#060" data-position="right" data-launcher="icon" data-greeting="Welcome"')));
  await page.reload();
  await button(page).waitFor();
  assert.equal(await frame(page, 'accent'), '#060');
  assert.equal(await frame(page, 'left'), false);
  assert.equal(Math.round((await button(page).boundingBox()).width), 60);
  await button(page).click();
  await page.getByText('Welcome').waitFor();
  assert.deepEqual(problems, []);
});

test('looks: what is written on a colour is black or white, and what is no colour changes nothing', async (t) => {
  const { page, gateway } = await scene(t);
  const painted = () => page.locator('tresen-chat').evaluate((host) => ['--accent', '--on-accent'].map((name) => host.shadowRoot.querySelector('.frame').style.getPropertyValue(name)));
  for (const [color, on] of [['#000', '#fff'], ['#2B5A8A', '#fff'], ['#0a7d55', '#fff'], ['#ff9900', '#000'], ['#ffe08a', '#000'], ['#fff', '#000'], ['', ''], ['#12', ''], ['red;}*{', ''], ['url(x)', '']]) {
    gateway.pages.set('/', html(tag(gateway.origin, `data-color="${color}"`)));
    await page.reload();
    await button(page).waitFor();
    assert.deepEqual(await painted(), [on && color, on], color);
  }
});

test('looks: what is written on any colour of a website can be read', async (t) => {
  const { page, gateway } = await scene(t);
  const light = (channel) => (channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => color.match(/\d+/g).slice(0, 3).map((channel, i) => light(+channel) * [0.2126, 0.7152, 0.0722][i]).reduce((a, b) => a + b);
  // Those where black and white are as good as each other are the hardest.
  for (const color of ['#e6232a', '#058737', '#c300dc', '#f0282d', '#777', '#fff', '#000']) {
    gateway.pages.set('/', html(tag(gateway.origin, `data-color="${color}"`)));
    await page.reload();
    await button(page).waitFor();
    const [a, b] = await button(page).evaluate((e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]).then((both) => both.map(luminance).sort((x, y) => y - x));
    assert.ok((a + 0.05) / (b + 0.05) >= 4.5, `${color}: ${(a + 0.05) / (b + 0.05)}`);
  }
});

test('looks: the language is that of the attribute, else of the page, else of the browser; what is not known is English', async (t) => {
  const { page, gateway } = await scene(t, { context: { locale: 'de-CH' } });
  for (const [lang, attribute, expected] of [['de-AT', '', 'de'], ['de', 'data-lang="en-GB"', 'en'], ['', '', 'de'], ['pt', 'data-lang="ar"', 'ar'], ['fr_CA', '', 'fr'], ['tlh', '', 'en'], ['en', 'data-lang="?&#x=/"', 'en']]) {
    gateway.pages.set('/', html(tag(gateway.origin, attribute), lang));
    await page.reload();
    await button(page).waitFor();
    assert.equal(await frame(page, 'lang'), expected, lang + attribute);
    assert.equal(await frame(page, 'dir'), expected === 'ar' ? 'rtl' : 'ltr');
  }
});

test('looks: while nobody is there the button is shown, hints or hides; who is in a conversation keeps it', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { availability: 'unavailable', look: { absent: 'hint' } } });
  await button(page).getByText('Nobody is here right now. Leave a message').waitFor();
  gateway.look = { absent: 'hide' };
  await page.reload();
  await until(() => page.locator('tresen-chat').count());
  assert.equal(await button(page).isVisible(), false);
  gateway.pages.set('/', html(tag(gateway.origin, 'data-absent="show"')));
  await page.reload();
  await button(page).click();
  await say(page, 'Is anybody there?');
  await visitor(gateway);
  gateway.pages.set('/', html(tag(gateway.origin)));
  await page.reload();
  await page.locator('[part=text]', { hasText: 'Is anybody there?' }).waitFor();
  assert.deepEqual(problems, []);
});

test('looks: without an answer there is an English button that works', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { knows: false }, lang: 'de' });
  await button(page).and(page.locator('[aria-label="Open chat"]')).waitFor();
  assert.equal(await button(page).getAttribute('data-availability'), '');
  await button(page).click();
  await say(page, 'Works all the same');
  assert.equal((await visitor(gateway)).entries[0].body, 'Works all the same');
});

test('calls: what waits is done in order, later calls at once, and the page hears what happens', async (t) => {
  const { page, gateway, problems } = await scene(t, { body: (gw) => html(`${STUB}<script>
    window.heard = [];
    for (const name of ['open', 'close', 'unread', 'availability', 'message']) tresen('on', name, (value) => heard.push([name, value && value.body || value || null]));
    tresen('on', 'open', () => { throw new Error('of the page'); });
    tresen('set', { name: 'Ada', email: 'ada@example.org', other: 'x' });
    tresen('nonsense');
    tresen('open');</script>${tag(gw)}`) });
  const heard = () => page.evaluate(() => window.heard);
  await panel(page).waitFor();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  await until(() => v.form);
  assert.deepEqual(v.form, { name: 'Ada', email: 'ada@example.org' });
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Seen at once');
  await until(async () => (await heard()).some(([name]) => name === 'message'));
  await page.evaluate(() => window.tresen('close'));
  await panel(page).waitFor({ state: 'hidden' });
  gateway.say(v, 'Nina', 'Not seen');
  await until(async () => (await heard()).some(([name]) => name === 'unread'));
  gateway.setAvailability('away');
  await until(async () => (await heard()).at(-1)[0] === 'availability');
  assert.deepEqual(await heard(), [['availability', 'chat'], ['open', null], ['message', 'Seen at once'], ['close', null],
    ['message', 'Not seen'], ['unread', 1], ['availability', 'away']]);
  await page.evaluate(() => window.tresen('hide'));
  assert.equal(await button(page).isVisible(), false);
  await page.evaluate(() => window.tresen('show'));
  assert.equal(await button(page).isVisible(), true);
  await page.evaluate(() => window.tresen('logout'));
  await until(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tresen:')).join() === ''));
  assert.equal(problems.length, 1, 'an error of a listener is the page\'s');
  assert.match(problems[0], /of the page/);
});

test('calls: what stands there already is not told again; a call without a chat stores nothing and connects nowhere', async (t) => {
  const { page, gateway } = await scene(t, { body: (gw) => html(`${STUB}<script>window.heard = []; tresen('on', 'message', ({ body }) => heard.push(body));
    tresen('set', { name: 'Ada' }); tresen('logout'); tresen('close');</script>${tag(gw)}`) });
  await fetched(page, 'api');
  assert.deepEqual(gateway.connections, []);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'first');
  await until(async () => (await page.evaluate(() => window.heard)).length === 1);
  gateway.pages.set('/', html(`${STUB}<script>window.heard = []; tresen('on', 'message', ({ body }) => heard.push(body));</script>${tag(gateway.origin)}`));
  await page.reload();
  await page.getByText('first').waitFor();
  // What comes before the page's calls have their file stands there already, too.
  await until(() => page.evaluate(async () => typeof await window.tresen.q.push(['on', 'open', () => {}]) !== 'number'), 'the calls to be heard');
  gateway.say(v, 'Nina', 'second');
  await until(async () => (await page.evaluate(() => window.heard)).length > 0);
  assert.deepEqual(await page.evaluate(() => window.heard), ['second']);
});

test('page: a script that comes late, goes and comes again, and a body that is replaced: one widget that goes on', async (t) => {
  const { page, gateway, problems } = await scene(t, { body: () => html('<p>Later</p>') });
  const insert = () => page.evaluate((gw) => new Promise((done) => {
    document.querySelector('script')?.remove();
    document.querySelector('tresen-chat')?.remove();
    const script = Object.assign(document.createElement('script'), { src: `${gw}/w/1/loader.js`, async: true, onload: done });
    script.dataset.department = 'sales';
    document.body.append(script);
  }), gateway.origin);
  await insert();
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  await insert();
  await page.getByText('Good morning').waitFor();
  await page.evaluate(() => {
    const body = document.createElement('body');
    body.append('Another route');
    document.body.replaceWith(body);
  });
  await page.getByText('Good morning').waitFor();
  assert.equal(await page.locator('tresen-chat').count(), 1);
  await say(page, 'Still here');
  await until(() => entries(v, 'visitor').length === 2);
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});

test('page: in a frame it is as on a page', async (t) => {
  const { page, gateway, problems } = await scene(t);
  gateway.pages.set('/inner', html(tag(gateway.origin)));
  gateway.pages.set('/outer', html(`<iframe src="${gateway.origin}/inner" title="inner" width="600" height="700"></iframe>`));
  await page.goto(`${gateway.origin}/outer`);
  const inner = page.frameLocator('iframe');
  await inner.locator('[part=launcher]').click();
  await inner.locator('[part=input]').fill('From a frame');
  await inner.locator('[part=input]').press('Enter');
  const v = await visitor(gateway);
  assert.equal(v.entries[0].body, 'From a frame');
  assert.deepEqual(problems, []);
});

test('page: hostile styles, polluted prototypes and a wrapped fetch change nothing', async (t) => {
  const { page, gateway, problems } = await scene(t, { body: (gw) => html(`<style>
      * { all: unset !important } tresen-chat, tresen-chat * { display: none !important; visibility: hidden !important; opacity: 0 !important; position: static !important }
    </style><script>
      Array.prototype.odd = function () {}; Object.prototype.strange = () => 'strange'; Array.prototype.toJSON = function () { return '[' + [...this].map((one) => JSON.stringify(one)) + ']'; }; // as Prototype 1.6
      String.prototype.trimAll = 1; Function.prototype.own = {};
      const real = window.fetch; window.fetched = 0;
      window.fetch = function (...all) { window.fetched += 1; return real.apply(this, all).then((answer) => answer.clone()); };
      window.requestIdleCallback = undefined;
    </script><div id="tresen"></div>${tag(gw)}`), gateway: { form: [{ name: 'name', label: 'Your name', required: true }] } });
  await button(page).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  await say(page, 'works');
  const v = await visitor(gateway);
  assert.deepEqual(v.form, { name: 'Ada' });
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'See https://a.example');
  await page.getByRole('link', { name: 'https://a.example' }).waitFor();
  await until(async () => (await page.locator('[part=state]').evaluateAll((all) => all.map((e) => e.dataset.state))).includes('stored'));
  assert.equal(Math.round((await panel(page).boundingBox()).width), 392);
  assert.ok(await page.evaluate(() => window.fetched) > 0);
  assert.deepEqual(problems, []);
});

test('looks: what the build writes for the daemon is what the sources say', async () => {
  const { languages, texts } = JSON.parse(await readFile(new URL('../../widget/dist/words.json', import.meta.url), 'utf8'));
  const said = (await import('../../widget/src/i18n/launcher.js')).default;
  assert.deepEqual(Object.keys(languages).sort(), Object.keys(said).sort());
  assert.deepEqual(languages.de, { dir: 'ltr', launcher: said.de });
  assert.equal(languages.ar.dir, 'rtl');
  assert.equal(texts['said.corrected'], 'name text');
  assert.equal(texts.hello, '');
  assert.equal(texts.open, '');
});
