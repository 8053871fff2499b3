// Files that a visitor sends: by the button, dropped, pasted; what goes wrong with them; what both sides see.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { png } from '../picture.mjs';
import { MAX_BYTES } from '../stack.mjs';
import { until } from '../tools.mjs';
import { begin, panel, say, state, Visitor } from '../visitor.mjs';

const PICTURE = png(480, 320);
const UPLOADS = '**/w/1/upload/*';
const attach = (page) => page.getByRole('button', { name: 'Attach a file' });
const row = (page, name) => page.getByRole('group', { name });
const cards = (page) => page.locator('[part=file]').and(page.locator('a'));
const file = (name, buffer, mimeType = '') => ({ name, buffer, mimeType });

/** A visitor whose chat Nina has taken. */
async function talk(t, { stack, browser }, url = stack.website.put('/files', stack.tag())) {
  const nina = await Agent.login(t, stack);
  const visitor = await Visitor.enter(t, browser, url);
  await begin(visitor.page);
  const question = `Is this one right? ${stack.logins}`;
  await say(visitor.page, question);
  const { contact } = await nina.line(question);
  await nina.say(contact, 'Show me');
  await visitor.page.getByText('Show me').waitFor();
  await attach(visitor.page).waitFor();
  return { nina, visitor, page: visitor.page, contact };
}

async function choose(page, ...files) {
  const chooser = page.waitForEvent('filechooser');
  await attach(page).click();
  await (await chooser).setFiles(files);
}

/** The agent's line with a file of this name; in it its address. */
async function got(nina, name) {
  const message = await nina.line(`/${encodeURIComponent(name)}`);
  assert.equal(message.getChild('x', 'jabber:x:oob').getChildText('url'), message.getChildText('body'));
  return message.getChildText('body');
}

/** What a browser would hand over: a list of files that were dragged or copied. */
const carrying = (page, name, type, bytes, text = '') => page.evaluateHandle(({ name, type, bytes, text }) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  if (text) data.items.add(text, 'text/plain');
  return data;
}, { name, type, bytes: bytes.toString('base64'), text });

/** @param {import('playwright-core').JSHandle} data */
const paste = (page, data) => page.locator('textarea').evaluate((input, clipboardData) => input.dispatchEvent(
  new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true })), data);

export default {
  async 'a picture by the button: the agent opens it; after a reload and in another tab it is there once'(t, given) {
    const { nina, visitor, page } = await talk(t, given);
    await choose(page, file('my photo ü.png', PICTURE, 'image/png'));
    const url = await got(nina, 'my photo ü.png');
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get('content-type'), /^inline/.test(answer.headers.get('content-disposition'))], [200, 'image/png', true]);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(PICTURE));
    await page.getByRole('img', { name: 'my photo ü.png' }).waitFor();
    await page.locator('[part~=row]', { has: page.getByRole('img', { name: 'my photo ü.png' }) }).locator('[data-state=delivered]').waitFor();
    assert.equal(await page.locator('[part~=upload]').count(), 0);
    assert.equal(new URL(await cards(page).getAttribute('href')).pathname, new URL(url).pathname);
    assert.equal(await cards(page).getAttribute('target'), '_blank');
    const other = await visitor.open(page.url());
    await page.reload();
    for (const tab of [other, page]) {
      await tab.getByRole('img', { name: 'my photo ü.png' }).waitFor();
      assert.equal(await cards(tab).count(), 1);
      await tab.getByText(/^\d+ kB$/).waitFor();
    }
    assert.equal(nina.count(encodeURIComponent('my photo ü.png')), 1);
    const opened = visitor.context.waitForEvent('page');
    await cards(page).click();
    assert.equal((await opened).url().split('/').at(-1), 'my%20photo%20%C3%BC.png');
    visitor.clean();
  },

  async 'several files, one after the other; what is no picture can be saved'(t, given) {
    const { nina, visitor, page } = await talk(t, given);
    await choose(page, file('one.txt', Buffer.from('first')), file('evil.html', Buffer.from('<script>alert(1)</script>'), 'text/html'), file('three.png', PICTURE));
    for (const name of ['one.txt', 'evil.html', 'three.png']) await got(nina, name);
    await page.getByRole('img', { name: 'three.png' }).waitFor();
    await page.getByRole('link', { name: /one\.txt.*5 B · Download/s }).waitFor();
    const answer = await fetch(await got(nina, 'evil.html'));
    assert.match(answer.headers.get('content-disposition'), /^attachment/);
    const came = nina.heard.map((m) => m.getChildText('body') || '').filter((body) => body.includes('/w/1/file/')).map((body) => body.split('/').at(-1));
    assert.deepEqual(came, ['one.txt', 'evil.html', 'three.png']);
    await check(page, 'files in the log');
    visitor.clean();
  },

  async 'dropped and pasted; a text that is pasted with a picture is a text'(t, given) {
    const { nina, visitor, page } = await talk(t, given);
    const data = await carrying(page, 'dropped.png', 'image/png', PICTURE);
    // A browser says so again and again: after 400 ms without, the file is taken for gone.
    await until(async () => {
      await page.locator('[part~=log]').dispatchEvent('dragover', { dataTransfer: data });
      return page.locator('[part=drop]').isVisible();
    }, 'the cover');
    await page.locator('[part~=log]').dispatchEvent('drop', { dataTransfer: data });
    await page.locator('[part=drop]').waitFor({ state: 'hidden' });
    await got(nina, 'dropped.png');
    await paste(page, await carrying(page, 'image.png', 'image/png', PICTURE));
    await got(nina, 'image.png');
    await paste(page, await carrying(page, 'cells.png', 'image/png', PICTURE, 'a b'));
    await choose(page, file('last.txt', Buffer.from('last')));
    await got(nina, 'last.txt');
    assert.equal(nina.count('cells.png'), 0);
    visitor.clean();
  },

  async 'cancelled on the way: nothing arrives, and the next one does'(t, given) {
    const { nina, visitor, page } = await talk(t, given);
    await page.route(UPLOADS, () => {}, { times: 1 }); // a network that takes its time
    await choose(page, file('wrong.png', PICTURE), file('right.png', PICTURE));
    await row(page, 'wrong.png').getByRole('progressbar').waitFor();
    await row(page, 'right.png').getByText('waiting').waitFor();
    await check(page, 'a file on its way, and one that waits');
    await page.getByRole('button', { name: 'Cancel: wrong.png' }).click();
    await row(page, 'wrong.png').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement.className), 'tool attach');
    await got(nina, 'right.png');
    assert.equal(nina.count('wrong.png'), 0);
    visitor.clean();
  },

  async 'too large, empty, and a network that goes away: in words, and again where that helps'(t, given) {
    const { nina, visitor, page } = await talk(t, given);
    await choose(page, file('film.mp4', Buffer.alloc(MAX_BYTES + 1)), file('nothing.txt', Buffer.alloc(0)));
    await row(page, 'film.mp4').getByText('This file is too large: up to 300 kB can be sent.').waitFor();
    await row(page, 'nothing.txt').getByText('There is nothing in this file.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
    await check(page, 'files that are not taken');
    for (const name of ['film.mp4', 'nothing.txt']) await page.getByRole('button', { name: `Remove: ${name}` }).click();
    assert.equal(await page.locator('[part~=upload]').count(), 0);
    await page.route(UPLOADS, (route) => route.abort('connectionreset'));
    await choose(page, file('photo.png', PICTURE));
    await row(page, 'photo.png').getByText('The connection was lost on the way.').waitFor();
    await page.unroute(UPLOADS);
    await page.getByRole('button', { name: 'Try again' }).click();
    await got(nina, 'photo.png');
    await page.getByRole('img', { name: 'photo.png' }).waitFor();
    assert.equal(nina.count('photo.png'), 1);
    visitor.clean();
  },

  async 'from a tab that does not lead, on a page with a strict policy'(t, given) {
    const { stack } = given;
    const policy = `default-src 'none'; script-src ${stack.url}; connect-src ${stack.url} ${stack.url.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`;
    const url = stack.website.put('/policy', stack.tag(), { headers: { 'content-security-policy': policy } });
    const { nina, visitor, page } = await talk(t, given, url);
    const other = await visitor.open(url);
    await attach(other).waitFor();
    await choose(other, file('second.png', PICTURE));
    await got(nina, 'second.png');
    for (const tab of [page, other]) await tab.getByRole('img', { name: 'second.png' }).waitFor();
    visitor.clean();
  },

  async 'there is a button only while a chat is going on'(t, given) {
    const nina = await Agent.login(t, given.stack);
    const visitor = await Visitor.enter(t, given.browser, `${given.stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    const button = page.locator('[part~=attach]');
    assert.equal(await button.count(), 0, 'nor is it fetched');
    const data = await carrying(page, 'early.png', 'image/png', PICTURE);
    await page.locator('[part~=log]').dispatchEvent('drop', { dataTransfer: data });
    assert.equal(await page.locator('[part~=upload]').count(), 0);
    await say(page, 'Now there is one');
    const { contact } = await nina.line('Now there is one');
    await button.waitFor();
    const box = await button.boundingBox();
    assert.deepEqual([box.width, box.height], [44, 44]);
    await state(page, 'Now there is one', 'delivered');
    await page.route(UPLOADS, () => {});
    await choose(page, file('late.png', PICTURE));
    await row(page, 'late.png').getByRole('progressbar').waitFor();
    await nina.say(contact, 'Bye');
    await nina.say(contact, '!end');
    await page.getByText('This chat has ended.').waitFor();
    await button.waitFor({ state: 'hidden' });
    await row(page, 'late.png').getByText('Files can be sent while a chat is going on.').waitFor();
    await page.getByRole('button', { name: 'Remove: late.png' }).click();
    await until(async () => await page.locator('[part~=upload]').count() === 0, 'the row to go');
    assert.equal(await panel(page).evaluate((e) => e.getRootNode().activeElement === e), true, 'the focus stays in the panel');
    visitor.clean();
  },
};
