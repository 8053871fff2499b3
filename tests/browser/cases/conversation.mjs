// What a visit is: from the honest launcher to the end of the chat.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, panel, say, shown, state, states, texts, Visitor } from '../visitor.mjs';

export default {
  async 'a visitor appears in the roster, writes, and is answered'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/prices.html`);
    const { page } = visitor;
    await page.locator('[part=launcher][data-availability=chat]').waitFor();
    assert.equal(await launcher(page).getAttribute('aria-label'), 'Open chat. We are here for you');
    await begin(page);
    await page.getByText('How can we help?').waitFor();
    await say(page, 'Do you grind for a moka pot?');
    const line = await nina.line('Do you grind for a moka pot?');
    const contact = nina.roster.get(line.contact);
    assert.equal(contact.subscription, 'both');
    assert.ok(contact.name, 'the contact has a name');
    assert.ok(contact.groups.length, 'the contact has a group');
    await until(() => /Prices/.test(nina.present.get(line.contact)?.status), 'the page in the status');
    await nina.say(line.contact, 'We do.');
    await shown(page, 'We do.');
    await page.getByRole('heading', { name: 'Nina' }).waitFor();
    assert.deepEqual(await texts(page), ['Do you grind for a moka pot?', 'We do.']);
    await say(page, 'Thank you!');
    await nina.line('Thank you!');
    visitor.clean();
  },

  async 'a line is sending, stored, delivered, read'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack, '', { receipts: false });
    t.after(() => stack.relay.mend());
    const { page, problems } = await Visitor.enter(t, browser, stack.website.put('/states', stack.tag('sales', '', stack.relay.origin)));
    await begin(page);
    await say(page, 'First');
    await state(page, 'First', 'stored');
    const first = await nina.line('First');
    await nina.receive(first);
    await state(page, 'First', 'delivered');
    await nina.say(first.contact, 'Yes?');
    await shown(page, 'Yes?');
    await nina.read(first);
    await state(page, 'First', 'read');
    stack.relay.hold();
    await say(page, 'Second');
    await state(page, 'Second', 'sending');
    stack.relay.mend();
    await state(page, 'Second', 'stored');
    await nina.line('Second');
    assert.deepEqual(await states(page), ['read', 'stored']);
    await page.reload();
    await shown(page, 'Second');
    assert.deepEqual(await states(page), ['read', 'stored'], 'the archive says the same');
    assert.deepEqual(problems, []);
  },

  async 'the agent learns what the visitor got and read, and each sees the other typing'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const { page, problems } = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    await begin(page);
    await say(page, 'Hello there');
    const { contact } = await nina.line('Hello there');
    await nina.say(contact, 'Hello!');
    await shown(page, 'Hello!');
    await nina.types(contact);
    await page.getByText('Nina is writing').waitFor();
    const id = await nina.say(contact, 'What may it be?');
    await shown(page, 'What may it be?');
    await page.getByText('Nina is writing').waitFor({ state: 'detached' });
    await nina.marked(id, 'received');
    await nina.marked(id, 'displayed');
    const before = nina.heard.length;
    await input(page).pressSequentially('Beans');
    await nina.typing(contact, 'composing', before);
    await input(page).press('!'); // whoever has paused for five seconds has said so, and nothing more
    await input(page).fill('');
    await nina.typing(contact, 'active', before);
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'hidden' });
    const unseen = await nina.say(contact, 'Are you there?');
    await page.locator('[part=badge]', { hasText: '1' }).waitFor();
    assert.equal(await launcher(page).getAttribute('aria-label'), 'Open chat. We are here for you. New messages: 1');
    await nina.marked(unseen, 'received');
    assert.ok(!nina.heard.some((m) => m.getChild('displayed')?.attrs.id === unseen), 'not read while the panel is closed');
    await launcher(page).click();
    await nina.marked(unseen, 'displayed');
    assert.deepEqual(problems, []);
  },

  async 'nobody there: the message waits in the queue, and is answered later'(t, { stack, browser }) {
    await stack.emptied('letters');
    const { page, problems } = await Visitor.enter(t, browser, stack.website.put('/letters', stack.tag('letters')));
    await page.locator('[part=launcher][data-availability=unavailable]').waitFor();
    assert.equal(await launcher(page).getAttribute('aria-label'), 'Open chat. Nobody is here right now. Leave a message');
    await begin(page);
    await input(page).and(page.getByPlaceholder('Leave a message')).waitFor();
    await say(page, 'Please write back about the grinder');
    await page.getByText(/Your message is kept under number \d+/).waitFor();
    await state(page, 'grinder', 'stored');
    await page.reload();
    await page.getByText(/Your message is kept under number \d+/).waitFor();
    const nina = await Agent.login(t, stack, '', { department: 'letters' });
    const { contact } = await nina.line('Please write back about the grinder');
    await nina.say(contact, 'Here I am.');
    await shown(page, 'Here I am.');
    assert.deepEqual(problems, []);
  },

  async 'the agent ends the chat, and the visitor can begin another'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const { page, problems } = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    await begin(page);
    await say(page, 'A short question');
    const { contact } = await nina.line('A short question');
    await nina.say(contact, 'A short answer');
    await shown(page, 'A short answer');
    await nina.say(contact, '!end');
    await page.getByText('This chat has ended. Write to begin a new one.').waitFor();
    await until(() => !nina.roster.has(contact), 'the contact to go');
    await say(page, 'One more thing');
    const again = await nina.line('One more thing');
    assert.equal(again.contact, contact, 'the same visitor has the same address');
    await nina.say(contact, 'Go on');
    await shown(page, 'Go on');
    assert.deepEqual((await texts(page)).filter((text) => text !== '!end'), ['A short question', 'A short answer', 'One more thing', 'Go on']);
    assert.deepEqual(problems, []);
  },
};
