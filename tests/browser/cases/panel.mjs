// The panel in its ways of use: in German, by keyboard, on a phone, to its bounds, and taken away.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, panel, say, shown, texts, Visitor } from '../visitor.mjs';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

/** Presses Tab until something has the focus. */
async function tabTo(page, part) {
  await until(async () => {
    await page.keyboard.press('Tab');
    return page.evaluate((p) => document.querySelector('tresen-chat').shadowRoot.activeElement?.matches(`[part~=${p}]`), part);
  }, `the focus on ${part}`);
}

export const oneServer = true;

export default {
  async 'in German, to nobody and to somebody'(t, { stack, browser }) {
    const url = stack.website.put('/deutsch', stack.tag('letters'), { lang: 'de' });
    await stack.emptied('letters');
    const visitor = await Visitor.enter(t, browser, url);
    const { page } = visitor;
    await page.locator('[part=launcher][aria-label="Chat öffnen. Gerade ist niemand da. Nachricht hinterlassen"]').click();
    await page.getByText('Hinterlassen Sie uns eine Nachricht').waitFor();
    await say(page, 'Bitte um Rückruf, schöne Grüße');
    await page.getByText(/Ihre Nachricht liegt unter der Nummer \d+ bereit/).waitFor();
    const nina = await Agent.login(t, stack, '', { department: 'letters' });
    const { contact } = await nina.line('Bitte um Rückruf, schöne Grüße');
    await nina.say(contact, 'Guten Tag! Wie kann ich helfen?');
    await shown(page, 'Guten Tag! Wie kann ich helfen?');
    await page.getByText('Nina ist jetzt für Sie da').waitFor();
    await nina.types(contact);
    await page.getByText('Nina schreibt').waitFor();
    await nina.say(contact, '!end');
    await page.getByText('Der Chat ist beendet. Schreiben Sie').waitFor();
    visitor.clean();
  },

  async 'by keyboard alone'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/contact.html`);
    const { page } = visitor;
    await launcher(page).waitFor();
    await tabTo(page, 'launcher');
    await page.keyboard.press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('Typed');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('on two lines');
    await page.keyboard.press('Enter');
    const line = await nina.line('Typed');
    assert.equal(line.getChildText('body'), 'Typed\non two lines');
    await nina.say(line.contact, 'Read');
    await shown(page, 'Read');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'hidden' });
    await page.locator('[part=launcher]:focus').waitFor();
    await page.keyboard.press('Space');
    await page.locator('textarea:focus').waitFor();
    await tabTo(page, 'more');
    await page.keyboard.press('Enter');
    await page.locator('[part~=menu] button:focus').waitFor();
    await tabTo(page, 'end');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'End this chat?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await tabTo(page, 'more');
    await page.keyboard.press('Enter');
    await tabTo(page, 'end');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('This chat has ended.').waitFor();
    visitor.clean();
  },

  async 'on a phone: the whole screen, and the page comes back'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`, PHONE);
    const { page } = visitor;
    await launcher(page).tap();
    await panel(page).waitFor();
    await until(async () => JSON.stringify(await panel(page).boundingBox()) === '{"x":0,"y":0,"width":390,"height":780}', 'the whole screen');
    await input(page).tap();
    await input(page).fill('From the tram');
    await page.getByRole('button', { name: 'Send' }).tap();
    const { contact } = await nina.line('From the tram');
    await nina.say(contact, 'Hold on tight');
    await shown(page, 'Hold on tight');
    await page.getByRole('button', { name: 'Close chat' }).and(page.locator('[part~=close]')).tap();
    await panel(page).waitFor({ state: 'hidden' });
    await nina.say(contact, 'One more');
    await page.locator('[part=badge]', { hasText: '1' }).waitFor();
    await page.reload();
    await page.locator('[part=badge]', { hasText: '1' }).waitFor();
    assert.equal(await panel(page).count(), 0, 'a page on a phone is not covered by itself');
    visitor.clean();
  },

  async 'end and forget: the next visit is somebody else\'s'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'On a borrowed computer');
    const { contact } = await nina.line('On a borrowed computer');
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'End and forget on this device' }).click();
    await page.locator('[part~=yes]').click();
    await panel(page).waitFor({ state: 'hidden' });
    await until(() => !nina.present.has(contact), 'the visitor to be gone');
    await page.reload();
    await begin(page);
    assert.deepEqual(await texts(page), []);
    await say(page, 'Somebody else');
    assert.notEqual((await nina.line('Somebody else')).contact, contact);
    visitor.clean();
  },

  async 'long lines and many lines: all arrive, once, in order'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    const long = `${'Ein Schiff 🚢 '.repeat(400).slice(0, 4990)} end`;
    await say(page, long);
    assert.equal((await nina.line('Ein Schiff')).getChildText('body'), long);
    const many = Array.from({ length: 13 }, (_, i) => `Line ${i} of many`);
    for (const line of many) await say(page, line);
    await nina.line('Line 12 of many');
    const came = nina.heard.map((m) => m.getChildText('body')).filter((body) => /^Line \d+ of many$/.test(body));
    assert.deepEqual(came, many);
    await until(async () => (await page.locator('[data-state=delivered]').count()) === 14, 'all delivered');
    assert.deepEqual((await texts(page)).slice(1), many);
    visitor.clean();
  },
};
