// The pages around the widget, and texts that want to be more than text.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, panel, say, shown, texts, Visitor } from '../visitor.mjs';

/** All that a website must allow, and nothing else. */
const policy = (gateway) => `default-src 'none'; script-src ${gateway}; connect-src ${gateway} ${gateway.replace('http', 'ws')}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /report`;

const HOSTILE = [
  '<img src=x onerror="window.bad=1">', '<script>window.bad=1</script>', '</script><script>window.bad=1</script>', '<svg onload=window.bad=1>',
  'javascript:window.bad=1', 'data:text/html,<script>window.bad=1</script>', '&lt;script&gt;window.bad=1&lt;/script&gt;', '{{7*7}}', '${7*7}',
  '__proto__', ']]>', '<![CDATA[x]]>', '"\'><b>bold</b>', '<a href="javascript:window.bad=1">x</a>', '<iframe src="//evil.example">', '\u{1f469}\u200d\u{1f680} \u{1f1e9}\u{1f1ea}',
];

export const oneServer = true;

export default {
  async 'strict Content-Security-Policy and Trusted Types none, on another site'(t, { stack, browser }) {
    const { website } = stack;
    const nina = await Agent.login(t, stack, '', { department: 'orders' });
    const headers = { 'content-security-policy': policy(stack.relay.origin) };
    const visitor = await Visitor.enter(t, browser, website.put('/strict', stack.tag('orders', '', stack.relay.origin), { headers }));
    const { page } = visitor;
    website.reports.length = 0;
    await page.locator('[part=launcher][data-availability=chat]').click();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Continue' }).click();
    await say(page, 'Look at https://a.example/');
    const { contact } = await nina.line('Look at https://a.example/');
    await nina.say(contact, '<b>https://b.example/</b>');
    await page.getByRole('link', { name: 'https://b.example/' }).waitFor();
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'End chat' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(Math.round((await panel(page).boundingBox()).width), 392, 'it has its styles');
    stack.relay.plain = true;
    t.after(() => { stack.relay.plain = false; });
    await page.reload(); // over BOSH now: one more chunk, other requests
    await shown(page, 'https://b.example/');
    await say(page, 'Still here');
    await nina.line('Still here');
    assert.deepEqual(website.reports, [], 'the policy had nothing to report');
    visitor.clean();
  },

  async 'V-107 V-115: hostile texts of an agent are shown as written, and of a visitor told as written'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const headers = { 'content-security-policy': policy(stack.url) };
    const visitor = await Visitor.enter(t, browser, stack.website.put('/hostile', stack.tag(), { headers }));
    const { page } = visitor;
    stack.website.reports.length = 0;
    await begin(page);
    await say(page, HOSTILE[0]);
    const line = await nina.line('<img');
    assert.equal(line.getChildText('body'), HOSTILE[0]);
    assert.equal(line.getChild('html'), undefined, 'never XHTML-IM');
    for (const text of HOSTILE) await nina.say(line.contact, text);
    await until(async () => (await texts(page)).length === HOSTILE.length + 1, 'all lines');
    assert.deepEqual((await texts(page)).slice(1), HOSTILE);
    const foreign = await page.locator('tresen-chat').evaluate((host) => host.shadowRoot.querySelectorAll(
      'script,img,b,iframe,style,object,embed,[onload],[onerror],a:not([href^="http"])').length);
    assert.equal(foreign, 0, 'no element came of it');
    assert.equal(await page.evaluate(() => window.bad), undefined);
    assert.deepEqual(stack.website.reports, []);
    visitor.clean();
  },

  async 'V-108: links show where they lead'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'Send me a link');
    const { contact } = await nina.line('Send me a link');
    await nina.say(contact, 'https://good.example@evil.example/');
    await nina.say(contact, 'https://xn--pple-43d.example/ and https://\u0430pple.example/');
    await nina.say(contact, 'https://a.example/\u202egpj.exe');
    await nina.say(contact, 'https://last.example/?q=1&r=<x>');
    await shown(page, 'https://last.example/');
    await until(async () => await page.locator('[part=text] a').count() === 4, 'four links');
    const links = await page.locator('[part=text] a').evaluateAll((all) => all.map((a) => [a.href, a.textContent, a.rel, a.target]));
    const safe = ['noopener noreferrer nofollow ugc', '_blank'];
    assert.deepEqual(links, [
      ['https://xn--pple-43d.example/', 'https://xn--pple-43d.example/', ...safe],
      ['https://xn--pple-43d.example/', 'https://\u0430pple.example/ (xn--pple-43d.example)', ...safe],
      ['https://a.example/', 'https://a.example/', ...safe],
      ['https://last.example/?q=1&r=', 'https://last.example/?q=1&r=', ...safe],
    ], 'no credentials, the real host, nothing behind a bidi control');
    visitor.clean();
  },

  async 'V-109: loaded twice, with errors, odd styles, shortcuts and messages around it'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const { website, relay } = stack;
    website.put('/frame', `<script>for (let i = 0; i < 20000; i++) parent.postMessage({ type: 'open', i }, '*');
      parent.postMessage('x'.repeat(5e6), '*'); parent.postMessage({ done: true }, '*')</script>`);
    const body = `${stack.tag()}${stack.tag()}${stack.tag('sales', '', relay.origin)}
      <style>* { color: red !important; font-size: 50px !important; direction: rtl } tresen-chat { display: none; opacity: 0; transform: rotate(90deg) }</style>
      <script>window.keys = []; addEventListener('keydown', (e) => { keys.push(e.key); e.preventDefault(); });
        addEventListener('message', ({ data }) => { if (data.done) window.flooded = true; });
        Object.prototype.extra = 'polluted'; setTimeout(() => { throw new Error('host page'); }, 0); nothing.here();</script>
      <iframe src="${website.stranger}/frame"></iframe>`;
    const { page, problems } = await Visitor.enter(t, browser, website.put('/odd', body));
    await launcher(page).waitFor();
    await page.waitForFunction(() => window.flooded);
    assert.equal(await page.locator('tresen-chat').count(), 1, 'one instance');
    assert.equal(await panel(page).count(), 0, 'messages open nothing');
    await begin(page);
    await input(page).pressSequentially('by hand');
    await input(page).press('Enter');
    const { contact } = await nina.line('by hand');
    await nina.say(contact, 'All the same');
    await shown(page, 'All the same');
    assert.deepEqual(await page.evaluate(() => window.keys), [], 'the page hears no keys');
    assert.equal(await page.locator('[part=title]').evaluate((e) => getComputedStyle(e).fontSize), '17px');
    assert.deepEqual(problems.filter((p) => !/host page|nothing is not defined/.test(p)), []);
  },

  async 'before the click: two small requests, nothing stored, no cookie; after it: within its budget'(t, { stack, browser }) {
    await Agent.login(t, stack);
    const { page, context } = await Visitor.enter(t, browser, 'about:blank');
    const answers = [];
    page.on('response', (answer) => answers.push(answer));
    const own = () => answers.filter((answer) => /\/w\//.test(answer.url()));
    const sizes = async () => Object.fromEntries(await Promise.all(own().map(async (answer) =>
      [new URL(answer.url()).pathname.replace(/.*\//, ''), (await answer.request().sizes()).responseBodySize])));
    const kept = () => page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
      (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]);
    await page.goto(stack.website.put('/sizes', stack.tag()));
    await page.locator('[part=launcher][data-availability=chat]').waitFor();
    const before = await sizes();
    assert.deepEqual(Object.keys(before), ['loader.js', 'sales']);
    assert.ok(before['loader.js'] <= 2560, `the loader: ${before['loader.js']} bytes`);
    assert.ok(before.sales <= 512, `the availability, with the words of the button: ${before.sales} bytes`);
    assert.deepEqual(await kept(), [0, 0, 0, 0, 0]);
    await begin(page);
    const token = () => page.evaluate(() => Object.keys(localStorage).some((key) => key.endsWith(':token')));
    await until(token, 'the check-in, which says that files are taken');
    await page.waitForLoadState('networkidle');
    const { 'loader.js': loader, sales, ...after } = await sizes();
    assert.deepEqual(Object.keys(after).sort(), ['chat.js', 'en.js', 'sums.js'], 'and nothing else before the first line');
    assert.ok(after['sums.js'] <= 1536, `the sums of the files: ${after['sums.js']} bytes`);
    await say(page, 'Weigh me');
    await page.locator('[data-state=stored],[data-state=delivered]').first().waitFor();
    await page.getByRole('button', { name: 'Attach a file' }).waitFor(); // the chat has begun
    const { 'attach.js': attach, 'tickets.js': tickets = 0, 'en-more.js': more, ...rest } = await sizes();
    assert.deepEqual(Object.keys(rest).sort(), ['chat.js', 'en.js', 'loader.js', 'sales', 'sums.js']);
    assert.ok(attach <= 4096 && tickets <= 3072 && more <= 4096, `files: ${attach} bytes, leaving a message: ${tickets}, their texts: ${more}`);
    const total = after['chat.js'] + after['en.js'];
    assert.ok(total <= 15360, `chat and English: ${total} bytes`);
    t.diagnostic(`transferred: loader ${loader}, availability ${sales}; after the click ${total}`);
    assert.deepEqual((await kept()).slice(1), [0, 0, 0, 0], 'localStorage and nothing else');
    for (const answer of answers) {
      assert.equal((await answer.allHeaders())['set-cookie'], undefined);
      assert.equal((await answer.request().allHeaders()).cookie, undefined);
    }
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(await page.evaluate(() => Object.keys(window).filter((key) => /tresen|chat/i.test(key))), []);
  },

  async 'what stands behind the question mark of an address stays with the visitor; the token is in no address'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    stack.website.put('/private', stack.tag());
    const { page } = await Visitor.enter(t, browser, 'about:blank');
    const urls = [];
    page.on('request', (request) => urls.push(request.url()));
    page.on('websocket', (socket) => urls.push(socket.url()));
    await page.goto(`${stack.website.origin}/private?session=hunter2#secret`);
    await begin(page);
    await say(page, 'Where am I?');
    const { contact } = await nina.line('Where am I?');
    await until(() => nina.present.get(contact)?.status, 'a status');
    const token = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.endsWith(':token'))[1]);
    assert.ok(token.length >= 50);
    assert.ok(!urls.some((url) => url.includes(token)), 'the token');
    const all = [...nina.heard.map(String), JSON.stringify([...nina.present, ...nina.roster])].join();
    assert.ok(!/hunter2|#secret/.test(all), 'the agent does not see it');
    assert.ok(!all.includes(token), 'nor the token');
  },
};
