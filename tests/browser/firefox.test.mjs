// The core of a visit in Firefox, on one server: what differs between browsers has nothing to do with XMPP servers.
// Pictures of a case that failed, and of the panel as it is, go to build/test-logs/firefox/.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { check } from './axe.mjs';
import { FirefoxVisitor, launchFirefox } from './firefox.mjs';
import { Stack } from './stack.mjs';
import { until } from './tools.mjs';
import { FakeGateway } from '../widget/fake_gateway.mjs';

const PICTURES = fileURLToPath(new URL('../../build/test-logs/firefox/', import.meta.url));
const LIMIT_MS = 240000;
/** The smallest PNG there is: one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const cases = {
  async 'a conversation, and the page again'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await FirefoxVisitor.enter(t, browser, `${stack.url}/prices.html`);
    const { page } = visitor;
    await page.availability('chat');
    await page.begin();
    await page.say('Do you grind for a moka pot?');
    const line = await nina.line('Do you grind for a moka pot?');
    await page.state('moka', 'delivered');
    await nina.say(line.contact, 'We do. 👩‍🚀 <b>Always</b>');
    await page.shown('We do. 👩‍🚀 <b>Always</b>');
    await nina.types(line.contact);
    await page.says('words', 'Nina is writing');
    await nina.read(line);
    await page.state('moka', 'read');
    await check(page.tab, 'Firefox: the conversation');
    await page.tab.screenshot({ path: `${PICTURES}conversation.png` });
    await page.tab.reload();
    await page.shown('We do.');
    assert.deepEqual(await page.texts(), ['Do you grind for a moka pot?', 'We do. 👩‍🚀 <b>Always</b>']);
    await page.say('Thank you!');
    await nina.line('Thank you!');
    visitor.clean();
  },

  async 'two tabs, and the one that has the connection goes'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await FirefoxVisitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await page.begin();
    await page.say('From the first');
    const { contact } = await nina.line('From the first');
    const other = await visitor.open(`${stack.url}/contact.html`);
    await other.shown('From the first');
    await nina.say(contact, 'To both');
    await Promise.all([page.shown('To both'), other.shown('To both')]);
    await page.tab.close();
    await other.say('From the second');
    await nina.line('From the second');
    await other.state('From the second', 'delivered');
    assert.equal(nina.count('From the second'), 1);
    assert.deepEqual(await other.texts(), ['From the first', 'To both', 'From the second']);
    visitor.clean();
  },

  async 'the keyboard alone'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await FirefoxVisitor.enter(t, browser, stack.website.put('/keys', stack.tag()));
    const { page } = visitor;
    await page.availability('chat');
    await page.tab.keyboard.press('Tab');
    await until(async () => await page.focus() === 'launcher', 'the focus at the launcher');
    await page.tab.keyboard.press('Enter');
    await until(async () => await page.focus() === 'input', 'the focus in the input');
    await page.tab.keyboard.type('One line');
    await page.tab.keyboard.down('Shift');
    await page.tab.keyboard.press('Enter');
    await page.tab.keyboard.up('Shift');
    await page.tab.keyboard.type('and another');
    await page.tab.keyboard.press('Enter');
    const line = await nina.line('One line');
    assert.equal(line.getChildText('body'), 'One line\nand another');
    await page.tab.keyboard.press('Escape');
    await until(async () => await page.focus() === 'launcher', 'the focus back at the launcher');
    visitor.clean();
  },

  async 'strict Content-Security-Policy; a proxy that does not know WebSocket'(t, { stack, browser }) {
    const gateway = stack.relay.origin;
    const nina = await Agent.login(t, stack);
    const headers = { 'content-security-policy': `default-src 'none'; script-src ${gateway}; connect-src ${gateway} ${gateway.replace('http', 'ws')}; `
      + "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp" };
    stack.relay.plain = true;
    t.after(() => { stack.relay.plain = false; });
    stack.website.reports.length = 0;
    const visitor = await FirefoxVisitor.enter(t, browser, stack.website.put('/firefox-strict', stack.tag('sales', '', gateway), { headers }));
    const { page } = visitor;
    await page.availability('chat');
    await page.begin();
    await page.say('Over plain HTTP');
    const { contact } = await nina.line('Over plain HTTP');
    await nina.say(contact, 'Look at https://a.example/');
    await page.has('a[href="https://a.example/"]');
    await page.tab.reload();
    await page.shown('Look at');
    const reports = stack.website.reports.filter((report) => !report.includes('/favicon.ico')); // Firefox asks for it by itself
    assert.deepEqual(reports, [], 'the policy had nothing to report');
    visitor.clean();
  },

  async 'a picture goes up'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await FirefoxVisitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await page.begin();
    await page.say('I have a picture');
    const { contact } = await nina.line('I have a picture');
    await nina.say(contact, 'Please send it');
    await page.shown('Please send it');
    await page.has('[part~=attach]');
    await page.tab.$eval('tresen-chat', (host, bytes) => {
      const file = new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'pixel.png', { type: 'image/png' });
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      const target = host.shadowRoot.querySelector('[part=panel]');
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
      }
    }, PIXEL);
    const line = await nina.line('pixel.png');
    const url = /https?:\S+pixel\.png/.exec(line.getChildText('body'))[0];
    const answer = await fetch(url);
    assert.equal(Buffer.from(await answer.arrayBuffer()).toString('base64'), PIXEL);
    visitor.clean();
  },

  async 'a message is left, and the answer is there at the next visit'(t, { stack, browser }) {
    await stack.emptied();
    const visitor = await FirefoxVisitor.enter(t, browser, stack.website.put('/firefox-left', stack.tag()));
    const { page } = visitor;
    await page.availability('unavailable');
    await page.begin();
    await page.say('Do you ship to Norway?');
    const number = /Number (\d+)/.exec(await page.says('ticket', 'received'))[1];
    await page.state('Norway', 'stored');
    await page.tab.close();
    const nina = await Agent.login(t, stack);
    const ticket = `ticket-${number}@${stack.domain}`;
    await nina.expect((m, body) => m.attrs.from?.startsWith(nina.department) && body.includes(ticket), 'the summary');
    await nina.say(ticket, '!take');
    await nina.say(ticket, 'Yes, we do. Which town?');
    const later = await visitor.open(`${stack.website.origin}/firefox-left`);
    await later.shown('Yes, we do. Which town?');
    await later.says('ticket', 'in progress');
    await check(later.tab, 'Firefox: the reply');
    await later.tab.screenshot({ path: `${PICTURES}reply.png` });
    await later.say('Tromsø');
    await nina.expect((m, body) => m.attrs.from?.startsWith(ticket) && body.includes('Tromsø'), 'the answer at the ticket');
    visitor.clean();
  },

  async 'a file that is not what was built does not run'(t, { browser }) {
    const dist = (name) => readFile(new URL(`../../widget/dist/${name}`, import.meta.url), 'utf8');
    const { version } = JSON.parse(await dist('manifest.json'));
    for (const name of ['sums.js', 'chat.js', 'en.js']) {
      const gateway = await FakeGateway.start();
      t.after(() => gateway.stop());
      gateway.pages.set('/', `<!DOCTYPE html><html lang="en"><title>A page</title><script async src="${gateway.origin}/w/${version}/loader.js"></script>`);
      gateway.files.set(`/w/${version}/${name}`, { type: 'text/javascript', bytes: Buffer.from(`${await dist(name)}\n;globalThis.tampered=true;`) });
      const { page } = await FirefoxVisitor.enter(t, browser, `${gateway.origin}/`);
      await page.availability('chat');
      await page.tab.locator('>>> [part=launcher]').click();
      await page.availability('failed');
      assert.equal(await page.tab.evaluate(() => globalThis.tampered), undefined, name);
      assert.deepEqual(gateway.connections, []);
    }
  },
};

describe('firefox', { concurrency: 1 }, () => {
  let browser;
  let stack;
  before(async () => {
    await rm(PICTURES, { recursive: true, force: true });
    await mkdir(PICTURES, { recursive: true });
    [browser, stack] = await Promise.all([launchFirefox(), Stack.start('prosody')]);
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });
  for (const [name, play] of Object.entries(cases)) {
    test(name, { timeout: LIMIT_MS }, async (t) => {
      try {
        await play(t, { stack, browser });
      } catch (error) {
        const pages = (await browser.pages()).filter((page) => page.url() !== 'about:blank');
        for (const [i, page] of pages.entries()) await page.screenshot({ path: `${PICTURES}${name.replace(/\W+/g, '-')}-${i}.png` }).catch(() => {});
        throw error;
      }
    });
  }
});
