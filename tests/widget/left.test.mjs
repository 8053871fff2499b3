// The built widget in Chromium: messages that are left, and what becomes of them, against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { asked, CSP, entries, html, launcher, panel, say, scene, settled, tag, visitor } from './scene.mjs';
import { axe, until } from './tools.mjs';

const card = (page) => page.locator('[part=ticket]');
const active = (page) => page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.getAttribute('part'));
const headers = (gw) => ({ 'content-security-policy': CSP(gw) });
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function check(page, what) {
  await page.waitForFunction(() => document.querySelector('tresen-chat').shadowRoot.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity));
  await page.evaluate(await axe());
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
  assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((n) => `${n.target} ${n.failureSummary}`)]), [], what);
}

/** A message that was left, and answered while the visitor is there or not. */
async function leave(page, gateway) {
  await launcher(page).click();
  await page.getByText('Leave us a message').waitFor();
  await say(page, 'Do you ship to Norway?');
  await card(page).waitFor();
  const v = await until(() => gateway.visitor.tickets.length && gateway.visitor);
  return { v, number: v.tickets[0].number };
}

test('left: nobody is there, said honestly; the receipt has the number; with a strict policy', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { availability: 'unavailable' }, headers });
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  await launcher(page).click();
  await page.getByText('Nobody is here right now. Leave us a message: it gets a number, and you find our answer here.').waitFor();
  await page.getByPlaceholder('Leave a message').waitFor();
  await say(page, 'Do you ship to Norway?');
  const v = await until(() => gateway.visitor?.tickets.length && gateway.visitor);
  const [{ number }] = v.tickets;
  await page.getByText(`Your message is kept as number ${number}`).waitFor();
  await until(async () => /Do you ship to Norway/.test(await card(page).textContent()), 'the subject');
  assert.match(await card(page).textContent(), new RegExp(`Number ${number}received`));
  assert.equal(await page.locator('[part=banner]').isVisible(), false, 'no chat has ended, and nobody keeps the visitor waiting');
  assert.equal(await page.getByRole('status').filter({ hasText: `What you write goes to number ${number}` }).isVisible(), true);
  await say(page, 'By ship, please');
  await until(() => v.abouts.length === 2);
  assert.deepEqual(v.abouts, ['', number]);
  assert.equal(v.tickets.length, 1);
  assert.ok(fetched.includes('tickets.js') && !fetched.includes('attach.js'));
  assert.deepEqual(problems, []);
});

test('left: where somebody is there and nothing was left, nothing of it is fetched', async (t) => {
  const { page, gateway } = await scene(t);
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  await launcher(page).click();
  await until(() => asked(gateway), 'the history to be asked for');
  await settled(page);
  assert.deepEqual(fetched.filter((name) => /tickets|more/.test(name)), []);
});

test('left: on a later visit the answer is there, unread until it is seen; what is written is the answer; then a new question', async (t) => {
  const { page, gateway, add, problems } = await scene(t, { gateway: { availability: 'unavailable' } });
  const { v, number } = await leave(page, gateway);
  await page.keyboard.press('Escape');
  await page.close();
  gateway.step(v, number, 'taken');
  gateway.reply(v, number, 'Nina', 'Yes, we do. Which town?');
  gateway.step(v, number, 'waiting');
  gateway.setAvailability('chat');
  const later = await add();
  await later.locator('[part=badge]', { hasText: '1' }).waitFor();
  await later.locator('[part=launcher]').click();
  await later.getByText('Yes, we do. Which town?').waitFor();
  await until(async () => /waiting for you/.test(await card(later).textContent()));
  await later.getByText(`What you write goes to number ${number}.`).waitFor();
  await say(later, 'Tromsø');
  await until(() => v.abouts.at(-1) === number, 'the answer');
  await until(async () => /in progress/.test(await card(later).textContent()), 'the next step');
  await later.getByRole('button', { name: 'A new question instead' }).click();
  await later.getByText('What you write is a new question.').waitFor();
  assert.equal(await active(later), 'input');
  await say(later, 'Do you have decaf?');
  await until(() => v.chat.state === 'queued', 'a new chat');
  assert.equal(v.abouts.at(-1), 'new');
  await later.locator('[part=target]').waitFor({ state: 'hidden' });
  assert.equal(await card(later).isVisible(), false, 'the chat has the place');
  await later.getByRole('button', { name: 'Your messages to us (1)' }).waitFor();
  assert.deepEqual(entries(v, 'visitor').map((e) => e.body), ['Do you ship to Norway?', 'Tromsø', 'Do you have decaf?']);
  assert.deepEqual(problems, []);
});

test('left: an answer that comes while the visitor is there waits for the next line', async (t) => {
  const { page, gateway, add } = await scene(t, { gateway: { availability: 'unavailable' } });
  const { v, number } = await leave(page, gateway);
  gateway.setAvailability('chat');
  await page.locator('[part=target]').waitFor({ state: 'hidden' });
  gateway.reply(v, number, 'Nina', 'Yes. Which town?');
  await page.getByText(`What you write goes to number ${number}.`).waitFor();
  const second = await add();
  await second.getByText(`What you write goes to number ${number}.`).waitFor();
  await say(second, 'Oslo');
  await until(() => v.abouts.at(-1) === number);
});

test('left: who waits would rather leave a message: by keyboard, and the receipt has the focus', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { availability: 'dnd' } });
  await launcher(page).click();
  await say(page, 'Is there anybody?');
  const v = await visitor(gateway);
  gateway.enter(v, { state: 'queued', position: 3 });
  await page.getByText('You are number 3 in the queue.').waitFor();
  const instead = page.getByRole('button', { name: 'Leave a message instead' });
  await instead.focus();
  await page.keyboard.press('Enter');
  await until(async () => await active(page) === 'ticket', 'the focus');
  assert.equal(v.chat.state, 'closed');
  assert.equal(await instead.isVisible(), false);
});

test('left: a department that keeps messages in its queue has no such button, and says that they are kept', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { availability: 'dnd', left: 'chat' } });
  await launcher(page).click();
  await say(page, 'Is there anybody?');
  const v = await visitor(gateway);
  gateway.enter(v, { state: 'queued', position: 3 });
  await page.getByText('You are number 3 in the queue.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Leave a message instead' }).count(), 0);
  gateway.setAvailability('unavailable');
  gateway.enter(v, { state: 'queued', left: true });
  await page.getByText(/Your message is kept under number \d+/).waitFor();
});

test('left: consent is a box to be ticked, named by its text, and asked for before anything is written', async (t) => {
  const consent = { name: 'consent', label: 'I agree that my message is kept.', type: 'boolean', required: true };
  const { page, gateway } = await scene(t, { gateway: { availability: 'unavailable', form: [{ name: 'email', label: 'Your address', required: false }, consent] } });
  await launcher(page).click();
  const box = page.getByRole('checkbox', { name: 'I agree that my message is kept.' });
  await box.waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Please confirm this.').waitFor();
  assert.equal(await active(page), await box.evaluate((e) => e.getAttribute('part')));
  await check(page, 'consent is missing');
  await box.check();
  await page.getByText('Please confirm this.').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('textarea:focus').waitFor();
  assert.deepEqual(gateway.visitor.form, { email: '', consent: '1' });
});

for (const [colorScheme, viewport, dir] of [['light', { width: 1280, height: 800 }, 'ltr'], ['dark', { width: 320, height: 640 }, 'ltr'], ['light', { width: 320, height: 640 }, 'rtl']]) {
  test(`left: no barrier that axe finds, and nothing is cut off, ${colorScheme}, ${viewport.width} wide, ${dir}`, async (t) => {
    const { page, gateway } = await scene(t, { context: { viewport, colorScheme, reducedMotion: 'reduce' }, gateway: { availability: 'unavailable' },
      body: (gw) => html(tag(gw, 'data-color="#e8b23a"')) });
    await launcher(page).click();
    await page.locator('tresen-chat').evaluate((host, way) => { host.shadowRoot.querySelector('.frame').dir = way; }, dir);
    await page.getByText('Leave us a message').waitFor();
    await check(page, 'nobody');
    await say(page, 'Do you ship to Norway, to the north of it, where there are no roads and a boat comes twice a week?');
    await card(page).waitFor();
    await page.getByText('You find our answer here').first().waitFor();
    await check(page, 'receipt');
    const v = gateway.visitor;
    const [{ number }] = v.tickets;
    v.tickets.push({ number: '1017', state: 'solved', subject: 'هل لديكم قهوة منزوعة الكافيين؟' }, { number: '1003', state: 'taken', subject: 'Grinder' });
    gateway.reply(v, number, 'Nina', 'Yes, we do.');
    gateway.step(v, number, 'waiting');
    gateway.setAvailability('chat');
    const all = page.getByRole('button', { name: 'Your messages to us (3)' });
    await all.click();
    assert.equal(await all.getAttribute('aria-expanded'), 'true');
    await check(page, 'all of them');
    const region = page.getByRole('region', { name: 'Your messages to us' });
    assert.equal(await region.getByRole('listitem').count(), 3);
    assert.ok(await panel(page).evaluate((e) => e.scrollWidth <= e.clientWidth), 'nothing sticks out');
    assert.ok(await region.evaluate((e) => e.scrollWidth <= e.clientWidth));
    const small = await region.getByRole('button').evaluateAll((buttons) => buttons.filter((b) => b.getBoundingClientRect().height && b.getBoundingClientRect().height < 44).length);
    assert.equal(small, 0, 'large enough for a thumb');
    const order = [];
    await page.getByRole('button', { name: 'Close chat' }).and(page.locator('[part~=close]')).focus();
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      order.push(await active(page));
    }
    assert.deepEqual(order, ['link ticket-write', 'link ticket-write', 'link tickets-all', 'log', 'link target-other', 'input'], 'from the top to the bottom');
    await page.getByRole('button', { name: 'A new question instead' }).click();
    await check(page, 'a new question');
  });
}
