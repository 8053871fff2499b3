// Pages of one visitor, one after the other and beside each other: the conversation goes on.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, panel, say, shown, texts, Visitor } from '../visitor.mjs';

export const oneServer = true;
export const whole = true; // its back button

export default {
  async 'reload and other pages: the conversation goes on'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'Before the reload');
    const { contact } = await nina.line('Before the reload');
    await nina.say(contact, 'An answer before it');
    await shown(page, 'An answer before it');
    await input(page).fill('half a senten');
    await page.reload();
    await shown(page, 'An answer before it');
    assert.deepEqual(await texts(page), ['Before the reload', 'An answer before it']);
    assert.equal(await input(page).inputValue(), 'half a senten');
    await input(page).fill('');
    await page.getByRole('link', { name: 'Contact' }).click();
    await page.waitForURL('**/contact.html');
    await nina.say(contact, 'On the next page');
    await shown(page, 'On the next page');
    await until(() => /Contact/.test(nina.present.get(contact)?.status), 'the new page in the status');
    await say(page, 'From the next page');
    await nina.line('From the next page');
    assert.deepEqual(await texts(page), ['Before the reload', 'An answer before it', 'On the next page', 'From the next page']);
    assert.equal(nina.count('Before the reload'), 1);
    visitor.clean();
  },

  async 'a second tab shows the same conversation'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'From the first tab');
    const { contact } = await nina.line('From the first tab');
    const second = await visitor.open(`${stack.url}/prices.html`);
    await shown(second, 'From the first tab');
    await say(second, 'From the second tab');
    await shown(page, 'From the second tab');
    assert.equal((await nina.line('From the second tab')).contact, contact);
    await nina.say(contact, 'To both');
    for (const tab of [page, second]) {
      await shown(tab, 'To both');
      assert.deepEqual(await texts(tab), ['From the first tab', 'From the second tab', 'To both']);
    }
    await page.close();
    await nina.say(contact, 'To the one that is left');
    await shown(second, 'To the one that is left');
    await until(() => nina.present.has(contact), 'still there');
    visitor.clean();
  },

  async 'back and forward through the cache of whole pages'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'On page one');
    const { contact } = await nina.line('On page one');
    await page.evaluate(() => {
      window.kept = true;
      addEventListener('pageshow', (event) => { window.persisted = event.persisted; });
    });
    await page.goto(`${stack.url}/prices.html`);
    await shown(page, 'On page one');
    await nina.say(contact, 'While you are on page two');
    await shown(page, 'While you are on page two');
    await page.goBack({ waitUntil: 'commit' });
    await shown(page, 'While you are on page two');
    assert.equal(await page.evaluate(() => window.kept && window.persisted), true, 'it came from the cache');
    await say(page, 'Back on page one');
    await nina.line('Back on page one');
    await page.goForward({ waitUntil: 'commit' });
    await shown(page, 'Back on page one');
    assert.deepEqual(await texts(page), ['On page one', 'While you are on page two', 'Back on page one']);
    visitor.clean();
  },

  async 'a website that the desk does not know gets no chat, and no error'(t, { stack, browser }) {
    stack.website.put('/foreign', stack.tag());
    const visitor = await Visitor.enter(t, browser, `${stack.website.stranger}/foreign`);
    const { page } = visitor;
    await launcher(page).click();
    await panel(page).waitFor();
    await page.getByText('No connection.').waitFor();
    assert.deepEqual(visitor.problems.filter((problem) => !/CORS/.test(problem)), []);
  },
};
