// The widget in each of its languages: chosen as it should be, whole, from right to left where that is how it is written, without barriers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { languages } from '../../widget/size.mjs';
import { barriers, html, say, scene, tag, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const load = async (name) => (await import(`../../widget/src/i18n/${name}.js`)).default;
const words = await load('launcher');
const launcher = (page) => page.locator('[part=launcher]');
const known = (page) => until(() => launcher(page).getAttribute('data-availability'), 'the availability');
const box = (page, part) => page.locator(`[part~=${part}]`).last().boundingBox();
const direction = (locator) => locator.evaluate((e) => getComputedStyle(e).direction);

/** Nothing that can be pressed or read stands out of the panel, or is cut off. */
async function fits(page, what) {
  const out = await page.evaluate(() => {
    const panel = document.querySelector('tresen-chat').shadowRoot.querySelector('.panel');
    const { left, right } = panel.getBoundingClientRect();
    return [...panel.querySelectorAll('button, input, textarea, p, span, label')].filter((e) => !e.closest('.words') && e.getClientRects().length).filter((e) => {
      const at = e.getBoundingClientRect();
      return at.left < left - 1 || at.right > right + 1 || (e.tagName === 'BUTTON' && e.scrollWidth > e.clientWidth + 1);
    }).map((e) => e.outerHTML.slice(0, 120));
  });
  assert.deepEqual(out, [], what);
}

test('languages: chosen by the tag, the page, the browser; else English', async (t) => {
  for (const [page, own, locale, expected] of [
    ['fr-CA', '', 'en-GB', 'fr'], ['pt-BR', '', 'es-ES', 'en'], ['de_AT', '', 'en-GB', 'de'], ['fil', '', 'fr-FR', 'en'],
    ['', '', 'tr-TR', 'tr'], ['', '', 'pt-PT', 'en'], ['de', 'AR', 'en-GB', 'ar'], ['ES', '', 'en-GB', 'es'],
  ]) {
    const { page: made, problems } = await scene(t, { context: { locale }, body: (gw) => html(tag(gw, own && `data-lang="${own}"`), page) });
    await known(made);
    assert.equal(await launcher(made).getAttribute('aria-label'), `${words[expected].open}. ${words[expected].chat}`, `${page} ${own} ${locale}`);
    assert.deepEqual(problems, []);
  }
});

for (const [i, language] of languages.entries()) {
  test(`languages: ${language} is whole, has room on 320 pixels, and no barriers`, async (t) => {
    const texts = { ...await load(language), ...await load(`${language}-more`) };
    const text = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const { page, gateway, problems } = await scene(t, { lang: language, gateway: { form: [{ name: 'name', label: '', required: true }, { name: 'email', label: '', required: false }] },
      context: { viewport: { width: 320, height: 640 }, locale: language, colorScheme: i % 2 ? 'dark' : 'light' } });
    const look = async (what) => {
      await barriers(page, what);
      await fits(page, what);
    };
    await page.evaluate(() => { window.Notification = class { static permission = 'denied'; }; });
    await known(page);
    await launcher(page).click();
    await page.locator('[part~=continue]').click();
    await page.getByText(text('form.missing')).waitFor();
    await look('form');
    await page.locator('#field-name').fill('Ada');
    await page.locator('[part~=continue]').click();
    await page.getByPlaceholder(text('write')).waitFor();
    await page.getByText(text('intro.chat')).waitFor();
    await look('greeting');
    await say(page, '+49 30 1234567');
    const v = await visitor(gateway);
    gateway.enter(v, { state: 'queued', position: 1234 });
    await page.getByText(text('queued', { n: (1234).toLocaleString(`${language}-u-nu-latn`) })).waitFor();
    await look('queued');
    gateway.join(v, 'Nina');
    gateway.say(v, 'Nina', 'Hello مرحبا https://a.example');
    gateway.types(v, true);
    await page.getByText(text('typing', { name: 'Nina' })).waitFor();
    await page.getByText(text('talking', { department: 'Sales' })).waitFor();
    await look('talk');
    await page.getByRole('button', { name: text('menu') }).click();
    await page.getByRole('button', { name: text('forget') }).waitFor();
    await look('menu');
    await page.locator('[part~=alert-notify]').click();
    await page.getByText(text('alert.denied')).waitFor();
    await look('switches');
    await page.getByRole('button', { name: text('search') }).click();
    await page.getByRole('searchbox').fill('hello');
    await page.getByText(text('search.found', { n: 1 })).waitFor();
    await look('search');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: text('menu') }).click();
    await page.locator('[part=forget]').click();
    await page.getByRole('alertdialog', { name: text('forget.sure') }).waitFor();
    await look('question');
    await page.keyboard.press('Escape');
    gateway.refuse = () => ({ type: 'modify', condition: 'not-acceptable' });
    await say(page, 'refused');
    await page.getByText(text('problem.not-acceptable')).waitFor();
    await look('refused');
    gateway.refuse = undefined;
    gateway.close(v, 'stars');
    await page.getByText(text('rate.ask')).waitFor();
    await page.getByText(text('closed')).waitFor();
    await look('rating');
    const [opens, closes] = [9, 18].map((hour) => new Date(Date.now() + 864e5).setHours(hour, 0, 0, 0)).map((time) => new Date(time).toISOString());
    Object.assign(gateway, { hours: { opens, offset: 43210, hours: [[opens, closes]] } });
    gateway.setAvailability('unavailable');
    await page.locator('[part=hours] summary').click();
    await page.getByText(text('hours.zone', { zone: '' }).slice(0, -4)).waitFor();
    await look('hours');
    assert.deepEqual(problems, []);
  });
}

test('languages: from right to left', async (t) => {
  const { page, gateway } = await scene(t, { lang: 'ar', context: { locale: 'ar-EG' } });
  await known(page);
  await launcher(page).click();
  const input = page.locator('textarea');
  await input.waitFor();
  assert.equal(await direction(page.locator('[part=panel]')), 'rtl');
  assert.ok((await launcher(page).boundingBox()).x > 640, 'the launcher stays where the site has put it');
  assert.equal(await direction(input), 'rtl', 'as its placeholder');
  await input.fill('Hello');
  assert.equal(await direction(input), 'ltr');
  await input.fill('مرحبا');
  assert.equal(await direction(input), 'rtl');
  await input.press('Enter');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Call tel:+49301234567!');
  const link = page.locator('[part=text] a');
  await link.waitFor();
  assert.deepEqual(await link.evaluate((e) => [getComputedStyle(e).direction, getComputedStyle(e).unicodeBidi]), ['ltr', 'isolate']);
  assert.equal(await direction(page.locator('[part=text]').last()), 'ltr', 'a line is written as its words are');
  const [own, other, panel, send, field, close, title] = [
    await page.locator('[part~=visitor] [part=bubble]').boundingBox(), await page.locator('[part~=agent] [part=bubble]').boundingBox(),
    ...await Promise.all(['panel', 'send', 'input', 'close', 'title'].map((part) => box(page, part)))];
  assert.ok(own.x - panel.x < 30, 'own lines are at the end, on the left');
  assert.ok(panel.x + panel.width - other.x - other.width < 30, 'those of others at the start');
  assert.ok(send.x < field.x && close.x < title.x);
  assert.equal(await page.locator('[part~=send]').evaluate((e) => getComputedStyle(e).transform), 'matrix(-1, 0, 0, 1, 0, 0)', 'the arrow points the way of the writing');
  const name = await page.locator('[part=title]').evaluate((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return [range.getBoundingClientRect().right, e.getBoundingClientRect().right].map(Math.round);
  });
  assert.equal(name[0], name[1], 'a name in other letters stands at the start, too');
  const time = await page.locator('time').first().textContent();
  assert.match(time, /^\d{1,2}:\d\d\s[صم]$/u, 'in the visitor\'s way, with the digits that all else has');
});

test('languages: the time is written as the browser writes it in that language', async (t) => {
  for (const [lang, locale, expected] of [['en', 'en-GB', /^\d\d:\d\d$/], ['en-GB', 'en-US', /^\d{1,2}:\d\d\s[AP]M$/u], ['fr', 'fr-CA', /^\d\d h \d\d$/u], ['de', 'en-US', /^\d\d:\d\d$/]]) {
    const { page } = await scene(t, { lang, context: { locale } });
    await launcher(page).click();
    await say(page, 'What time is it?');
    assert.match((await page.locator('time').first().textContent()).replace(/\s/gu, ' '), expected, `${lang} ${locale}`);
  }
});
