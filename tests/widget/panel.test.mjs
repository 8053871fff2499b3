// The built widget in Chromium: what a visitor sees and does in the panel, by mouse, keyboard and screen reader.
import assert from 'node:assert/strict';
import test from 'node:test';
import { barriers, CSP, entries, fetched, html, launcher, panel, rows, say, scene, tag, texts, visitor } from './scene.mjs';
import { until } from './tools.mjs';

test('panel: the form is asked for first, in words; what was typed before waits for it', async (t) => {
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
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  assert.deepEqual(v.form, { name: 'Ada', email: 'ada@example.org' });
});

test('panel: what need not be answered can be skipped', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { form: [{ name: 'email', label: 'Your address', required: false }] } });
  await launcher(page).click();
  await page.getByLabel('Your address (optional)').waitFor();
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.locator('textarea:focus').waitFor();
  await say(page, 'Good morning');
  await visitor(gateway);
});

test('panel: what becomes of lines is shown, and read out once; its file is fetched with the first of them', async (t) => {
  const { page, gateway } = await scene(t);
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url()));
  await launcher(page).click();
  await say(page, 'May I have it in blue?');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  const first = gateway.say(v, 'Nina', 'In bleu, yes.');
  const second = gateway.say(v, 'Nina', 'Wrong window');
  await page.getByText('Wrong window').waitFor();
  const own = v.entries.find((e) => e.by === 'visitor');
  const edits = () => fetched.filter((url) => url.endsWith('/edits.js')).length;
  assert.equal(edits(), 0);
  const tell = (more, body) => gateway.line(v, { by: 'agent', name: 'Nina', body }, more);
  tell(`<replace xmlns='urn:xmpp:message-correct:0' id='e${first.archive}'/>`, 'In blue, yes.');
  await page.getByRole('status').filter({ hasText: 'Nina has corrected a message: In blue, yes.' }).waitFor({ state: 'attached' });
  await page.locator(`[data-id="${first.id}"] [part~=corrected]`).waitFor();
  tell(`<retract xmlns='urn:xmpp:message-retract:1' id='e${second.archive}'/>`, 'Nina has taken a message back.');
  await page.locator(`[data-id="${second.id}"] [part~=retracted]`).waitFor();
  assert.equal(await page.getByText('Wrong window').count(), 0);
  tell(`<reactions xmlns='urn:xmpp:reactions:0' id='${own.id}'><reaction>👍</reaction></reactions>`, 'Nina reacts: 👍');
  await page.locator(`[data-id="${own.id}"] [part~=reaction]`).waitFor();
  tell(`<reply xmlns='urn:xmpp:reply:0' id='${own.id}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='7'/></fallback>`, '> May I\nThat one');
  await page.locator('[part~=quoted]', { hasText: 'You: May I have it in blue?' }).waitFor();
  assert.equal(await page.locator('[part~=row].agent').count(), 3, 'changes are no lines');
  assert.equal(edits(), 1);
});

test('panel: who is blocked reads so, and neither types nor waits', async (t) => {
  const { page } = await scene(t, { gateway: { shut: 'not-allowed' } });
  await launcher(page).click();
  await page.getByRole('status').filter({ hasText: 'The chat is not available at the moment.' }).waitFor();
  const input = page.locator('textarea');
  assert.equal(await input.getAttribute('readonly'), '');
  await input.click();
  await page.keyboard.type('Let me in');
  assert.equal(await input.inputValue(), '');
});

test('panel: ending and forgetting, each after a question', async (t) => {
  const { page, gateway, add } = await scene(t);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  const second = await add();
  await second.getByText('Good morning').waitFor();
  const menu = page.getByRole('button', { name: 'Options' });
  await menu.click();
  await page.locator('[part=menu]').waitFor();
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

test('panel: behind the end of a chat the input says how another begins, on the next page, too', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  const input = (words) => page.getByPlaceholder(words, { exact: true });
  await page.getByText('Nina has joined.').waitFor();
  await input('Write a message').waitFor();
  gateway.close(v);
  await input('Begin a new chat').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Write a message' }).count(), 1, 'its name stays');
  await page.reload();
  await launcher(page).click();
  await input('Begin a new chat').waitFor();
  await say(page, 'One more thing');
  await input('Write a message').waitFor();
  await until(() => v.chat.state === 'queued', 'another chat');
});

test('panel: keyboard alone; on a phone the panel keeps the focus', async (t) => {
  const { page, gateway } = await scene(t, { context: { viewport: { width: 390, height: 780 }, hasTouch: true } });
  await launcher(page).waitFor();
  await page.keyboard.press('Tab');
  await page.locator('[part=launcher]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[part=panel]:focus').waitFor();
  await panel(page).evaluate((e) => Promise.all(e.getAnimations().map((a) => a.finished)));
  const box = await panel(page).boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 780]);
  assert.equal(await panel(page).getAttribute('aria-modal'), 'true');
  await fetched(page, 'small');
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

test('panel: lengths are counted, failures are told', async (t) => {
  const { page, gateway } = await scene(t);
  await launcher(page).click();
  await page.locator('textarea').fill('x'.repeat(4600));
  await page.getByText('Characters left: 400').waitFor();
  await page.locator('textarea').fill('x'.repeat(5003));
  await page.getByText('Characters too many: 3').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
  await page.locator('textarea').press('Enter');
  gateway.refuse = (body) => (body === 'no' ? { type: 'modify', condition: 'not-acceptable' } : body === 'fast' ? { type: 'wait', condition: 'resource-constraint' } : undefined);
  await say(page, 'yes');
  await say(page, 'no');
  await page.getByText('This message was not accepted').waitFor();
  await say(page, 'fast');
  await page.getByText('We keep trying').waitFor();
  gateway.refuse = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  const v = await visitor(gateway);
  await until(() => entries(v, 'visitor').length === 3, 'all three', 20000);
  await until(async () => await page.locator('[part=problem]').count() === 0, 'no problem');
});

test('panel: what is written has its height, and a bar to scroll by only where that is too much', async (t) => {
  const { page } = await scene(t);
  await launcher(page).click();
  const scrolls = () => page.locator('textarea').evaluate((e) => e.scrollHeight > e.clientHeight);
  const heights = [];
  for (const [lines, bar] of [[0, false], [1, false], [2, false], [3, false], [5, false], [9, true]]) {
    await page.locator('textarea').fill('A line\n'.repeat(lines).trim());
    assert.equal(await scrolls(), bar, `${lines} lines`);
    heights.push((await page.locator('textarea').boundingBox()).height);
  }
  assert.deepEqual(heights, [44, 44, 68, 92, 140, 148]);
});

test('panel: long histories come in pages, and the place one reads stays', async (t) => {
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

test('panel: German, said to nobody, kept under its number', async (t) => {
  const { page } = await scene(t, { lang: 'de', gateway: { availability: 'unavailable', left: 'chat' } });
  await page.locator('[part=launcher][aria-label^="Chat öffnen. Gerade ist niemand da"]').click();
  await page.getByText('Hinterlassen Sie uns eine Nachricht').waitFor();
  await page.locator('textarea[placeholder="Nachricht hinterlassen"]').waitFor();
  await say(page, 'Bitte melden');
  await page.getByText(/Ihre Nachricht liegt unter der Nummer \d+ bereit/).waitFor();
  await page.getByText(/^Gesendet/).waitFor({ state: 'attached' });
});

test('panel: an address that does not answer is told at the launcher', async (t) => {
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
    test(`panel: no barrier that axe finds, ${colorScheme}, ${viewport.width} wide`, async (t) => {
      const { page, gateway } = await scene(t, { context: { viewport, colorScheme }, gateway: { form: [{ name: 'name', label: '', required: true }] },
        body: (gw) => html(tag(gw, 'data-color="#e8b23a"')) });
      const check = (what) => barriers(page, what);
      await until(() => launcher(page).getAttribute('data-availability'));
      await check('launcher');
      await launcher(page).click();
      await page.locator('[part~=continue]').click();
      await check('form with an error');
      await page.getByLabel('Name').fill('Ada');
      await page.locator('[part~=continue]').click();
      await page.locator('textarea').waitFor();
      await check('greeting');
      await say(page, 'Good morning https://a.example');
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

test("panel: an agent's picture comes over the initial where there is one, moves nothing, and goes with the agent", async (t) => {
  const { page, gateway, problems } = await scene(t, { headers: (gw) => ({ 'content-security-policy': CSP(gw) }), context: { reducedMotion: 'reduce' } });
  gateway.faces.set('Nina', await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 30 } }));
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  const avatar = page.locator('[part=avatar]');
  await panel(page).evaluate((e) => Promise.all(e.getAnimations().map((a) => a.finished)));
  const before = await avatar.boundingBox();
  gateway.join(v, 'Nina');
  const picture = avatar.locator('canvas');
  await picture.waitFor();
  assert.deepEqual(await avatar.boundingBox(), before);
  const [inner, outer] = [await picture.boundingBox(), await avatar.boundingBox()];
  assert.ok(Math.abs(inner.width - outer.width) <= 4 && Math.abs(inner.height - outer.height) <= 4, JSON.stringify([inner, outer]));
  assert.equal(await avatar.getAttribute('aria-hidden'), 'true');
  await page.getByRole('heading', { name: 'Nina' }).waitFor();
  gateway.join(v, 'Nadia');
  await page.getByRole('heading', { name: 'Nadia' }).waitFor();
  await picture.waitFor({ state: 'detached' });
  assert.equal(await avatar.textContent(), 'N');
  assert.deepEqual(problems, []);
});
