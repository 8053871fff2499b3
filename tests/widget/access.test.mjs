// What holds in every state that a visitor can see (states.mjs): for axe, by keyboard alone, with large letters, with wide ones. And what a
// screen reader reads out, once. docs/ACCESSIBILITY.md says which criterion is tested where.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { barriers, launcher, panel, say, scene, visitor } from './scene.mjs';
import { listener } from './spoken.mjs';
import { STATES, reach } from './states.mjs';
import { launch, until } from './tools.mjs';

/** 1280 × 1024 at 400 %. */
const LARGE = { width: 320, height: 256 };
/** WCAG 2.2, 1.4.12. */
const SPACING = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }';
/** At most so many stops in a state, and some. */
const STOPS = 40;

/** In the page: what can have the focus; what of it is too small to be hit; what is cut off. */
function look() {
  const { shadowRoot: root } = document.querySelector('tresen-chat');
  const isSeen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const name = (e) => e.getAttribute('part') || e.id || e.tagName;
  const stops = [...root.querySelectorAll('button:enabled,a[href],input,select,textarea,[tabindex="0"]')].filter(isSeen);
  // A link in a sentence is as high as its line (2.5.8, inline).
  const small = stops.filter((e) => !e.closest('.text')).filter((e) => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < 24);
  const cut = [...root.querySelectorAll('.frame *')].filter((e) => isSeen(e) && !e.closest('.words,svg,textarea') && !e.querySelector('.cover') && e.clientWidth &&
    (e.scrollWidth > e.clientWidth + 1 || (getComputedStyle(e).overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 1)) && getComputedStyle(e).overflowX !== 'visible');
  // Of radio buttons one has its turn, arrows go to the others.
  const turns = stops.filter((e) => e.type !== 'radio').length + (stops.some((e) => e.type === 'radio') ? 1 : 0);
  return { turns, small: small.map(name), cut: cut.map(name) };
}

/** In the page: what has the focus, and whether it can be seen there. */
function focused() {
  const { shadowRoot: root } = document.querySelector('tresen-chat');
  const e = root.activeElement;
  if (!e) return undefined;
  const { left, right, top, bottom } = e.getBoundingClientRect();
  // What is larger than the screen is seen in part.
  const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
  const hit = root.elementFromPoint(x, y);
  const labelled = [...(e.labels || [])].some((label) => label.contains(hit));
  return { name: e.getAttribute('part') || e.id || e.tagName, seen: !!hit && (labelled || e.contains(hit) || hit.contains(e)) };
}

/** Tab from the beginning of the page to its end. @returns what had the focus, in order */
async function walk(page) {
  await page.evaluate(() => {
    document.querySelector('tresen-chat').shadowRoot.activeElement?.blur();
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const stops = [];
  for (let i = 0; i < STOPS; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focused);
    if (stop) stops.push(stop);
    else if (stops.length) break;
  }
  return stops;
}

/** What can have the focus, and has no role or no name; an item of a list has its content. */
async function nameless(page, isModal) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => !node.ignored && node.properties?.some((p) => p.name === 'focusable' && p.value.value))
    // Behind a question the panel is inert, and so are the words that it has its name of.
    .filter(({ role }) => !isModal || role.value !== 'dialog')
    .filter(({ role, name }) => !/^(RootWebArea|listitem)$/.test(role.value) && (!name?.value || role.value === 'generic')).map(({ role, name }) => `${role.value} ${name?.value}`);
}

describe('access', { concurrency: 2 }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  for (const state of Object.keys(STATES)) {
    test(`access: ${state}, for axe, by keyboard, large and wide`, async (t) => {
      const { page, problems, leave } = await reach(browser, state, { context: { reducedMotion: 'reduce' } });
      t.after(leave);
      await barriers(page, state);
      const isModal = await page.getByRole('alertdialog').count() > 0;
      assert.deepEqual(await nameless(page, isModal), [], 'what has no name');
      const normal = await page.evaluate(look);
      assert.deepEqual([normal.small, normal.cut], [[], []], 'too small, cut off');
      const stops = await walk(page);
      if (isModal) assert.deepEqual([...new Set(stops.map(({ name }) => name))].sort(), ['primary yes', 'quiet no'], 'the question keeps the focus');
      else assert.ok(stops.length >= normal.turns && stops.length < STOPS, `each has its turn, and the way leads out: ${JSON.stringify(stops)}`);
      assert.deepEqual(stops.filter(({ seen }) => !seen), [], 'behind something');
      await page.evaluate((css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.querySelector('tresen-chat').shadowRoot.adoptedStyleSheets.push(sheet);
      }, SPACING);
      assert.deepEqual((await page.evaluate(look)).cut, [], 'cut off with wide letters');
      await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.adoptedStyleSheets.pop());
      await page.setViewportSize(LARGE);
      const large = await page.evaluate(look);
      assert.deepEqual([large.small, large.cut], [[], []], 'too small, cut off at 400 %');
      assert.deepEqual((await walk(page)).filter(({ seen }) => !seen), [], 'out of sight at 400 %');
      assert.deepEqual(problems, []);
    });
  }
});

test('access: each thing is read out, and once', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).waitFor();
  const heard = await listener(page);
  /** What is said until these words were, and for a moment after it. */
  const said = async (words) => {
    const all = [];
    await until(async () => all.push(...await heard()) && all.some((one) => one.includes(words)), words);
    await page.waitForTimeout(150);
    return [...all, ...await heard()].map((one) => one.replace(/ \d\d:\d\d/, ''));
  };
  await launcher(page).click();
  assert.deepEqual(await said('We are here'), ['We are here for you']);
  // What stands there before the history has come is not read out; what is told behind it comes after it.
  await until(() => gateway.log.filter(({ name }) => name === 'iq').length === 3, 'bind, check-in, history');
  gateway.setAvailability('away');
  assert.deepEqual(await said('a moment'), ['An answer may take a moment']);
  await page.getByText('Somebody answers you here as soon as they are back.').waitFor(); // the rarer texts have come
  await say(page, 'Hello');
  const v = await visitor(gateway);
  assert.deepEqual(await said('You are next'), ['Today You Hello Sending', 'You are next.'], 'not again when it is stored');
  const own = v.entries[0];
  gateway.mark(v, own.id, 'received');
  await page.locator('[data-state=delivered]').waitFor();
  gateway.join(v, 'Nina');
  assert.deepEqual((await said('is here for you')).sort(), ['Nina has joined.', 'is here for you · Sales'].sort(), 'nor when it is delivered');
  gateway.types(v, true);
  assert.deepEqual(await said('is writing'), ['Nina is writing']);
  const line = gateway.say(v, 'Nina', 'Hi! Look at https://a.example');
  await page.getByRole('link', { name: 'https://a.example' }).waitFor();
  assert.deepEqual(await said('Look at'), ['Nina Hi! Look at https://a.example'], 'not again when it has become a link');
  gateway.mark(v, own.id, 'displayed');
  await page.locator('[data-state=read]').waitFor();
  gateway.line(v, { by: 'agent', name: 'Nina', body: 'Hi! Look at b.example' }, `<replace xmlns='urn:xmpp:message-correct:0' id='e${line.archive}'/>`);
  assert.deepEqual(await said('b.example'), ['Nina has corrected a message: Hi! Look at b.example'], 'what becomes of it is a message of its own');
  gateway.refuse = () => ({ type: 'modify', condition: 'not-acceptable' });
  await say(page, 'Not this');
  assert.deepEqual(await said('not accepted'), ['You Not this Sending', 'This message was not accepted. It may be too long. Try again']);
});

test('access: history is not read out, neither at the beginning nor when it is asked for', async (t) => {
  const { page } = await scene(t, { gateway: { older: 120 } });
  await launcher(page).waitFor();
  const heard = await listener(page);
  await launcher(page).click();
  await page.getByText('Old line 119').waitFor();
  await page.locator('[part=log]').evaluate((e) => { e.scrollTop = 0; });
  for (const first of ['Old line 20', 'Old line 0']) {
    await page.getByRole('button', { name: 'Earlier messages' }).press('Enter');
    await page.getByText(first, { exact: true }).waitFor();
  }
  assert.deepEqual((await heard()).filter((one) => one.includes('Old line')), []);
  assert.equal(await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement.getAttribute('part')), 'log',
    'with the last of it the button goes: the focus stays with the lines');
});

test('access: what was pressed and is gone gives the focus to the lines; what is closed, to the launcher, on a phone too', async (t) => {
  const { page, gateway } = await scene(t, { context: { viewport: { width: 360, height: 740 }, hasTouch: true } });
  const at = (part) => page.locator(`[part="${part}"]:focus`).waitFor();
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  await at('panel');
  await page.keyboard.press('Escape');
  await at('launcher');
  await page.keyboard.press('Enter');
  gateway.refuse = () => ({ type: 'modify', condition: 'not-acceptable' });
  await say(page, 'Not this');
  await page.getByText('It may be too long').waitFor(); // the words that are fetched: from now on the line stands still
  gateway.refuse = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await visitor(gateway);
  await at('log');
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60000);
  gateway.drop();
  await page.getByRole('button', { name: 'Try now' }).press('Enter');
  await page.locator('[part=banner][data-kind=trouble]').waitFor({ state: 'hidden' });
  await at('log');
});

test('access: the menu goes when the focus does; behind a question nothing can be reached', async (t) => {
  const { page } = await scene(t);
  await launcher(page).click();
  await page.getByRole('button', { name: 'Options' }).click();
  const forget = page.getByRole('button', { name: 'End and forget on this device' });
  await page.locator('[part~=menu] button:focus').waitFor();
  await forget.focus(); // the last one of it
  await page.keyboard.press('Tab');
  await forget.waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('button', { name: 'Options' }).getAttribute('aria-expanded'), 'false');
  await page.getByRole('button', { name: 'Options' }).click();
  await forget.click();
  await page.getByRole('alertdialog').waitFor();
  assert.deepEqual(await panel(page).evaluate((e) => [...e.children].filter((part) => !part.inert).map((part) => part.className)), ['cover']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Options' }).and(page.locator(':focus')).waitFor();
  assert.equal(await panel(page).evaluate((e) => [...e.children].filter((part) => part.inert).length), 0);
});

test('access: the focus is seen on every ground, and without colours of ours', async (t) => {
  const { page } = await scene(t, { context: { forcedColors: 'active' } });
  await launcher(page).click();
  await page.getByRole('textbox').fill('Hello');
  const outline = (part) => page.locator(`[part~=${part}]`).evaluate((e) => { const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(e); return [outlineStyle, outlineWidth, outlineOffset]; });
  assert.deepEqual(await outline('field'), ['solid', '2px', '-1px'], 'an outline: shadows are not drawn with forced colours');
  await page.keyboard.press('Tab');
  assert.deepEqual(await outline('send'), ['solid', '2px', '-4px'], 'in the colour of its drawing, within it');
});
