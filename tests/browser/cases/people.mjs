// Who stands there: forms and queues.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, say, shown, Visitor } from '../visitor.mjs';

export default {
  async 'a form where the department asks: the agent sees the name'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack, '', { department: 'orders' });
    const visitor = await Visitor.enter(t, browser, stack.website.put('/orders', stack.tag('orders')));
    const { page } = visitor;
    await launcher(page).click();
    const name = page.getByLabel('Your name');
    await name.waitFor();
    assert.equal(await input(page).isVisible(), false);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Please fill this in.').waitFor();
    await name.fill('Ada Lovelace');
    await page.getByLabel('Your e-mail address (optional)').fill('ada@shop.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await input(page).waitFor();
    await say(page, 'Where is my parcel?');
    const { contact } = await nina.line('Where is my parcel?');
    assert.match(nina.roster.get(contact).name, /Ada Lovelace/);
    await nina.say(contact, 'On its way');
    await shown(page, 'On its way');
    await page.reload();
    await shown(page, 'On its way');
    assert.equal(await name.count(), 0, 'not asked twice');
    visitor.clean();
  },

  async 'a queue: who waits is told the place, and moves up'(t, { stack, browser }) {
    const uli = await Agent.login(t, stack, 'agent3', { department: 'repairs' });
    const url = stack.website.put('/repairs', stack.tag('repairs'));
    const first = await Visitor.enter(t, browser, url);
    await begin(first.page);
    await say(first.page, 'Number one');
    const { contact } = await uli.line('Number one');
    await uli.say(contact, 'Your turn');
    await shown(first.page, 'Your turn');
    const second = await Visitor.enter(t, browser, url);
    const third = await Visitor.enter(t, browser, url);
    await second.page.locator('[part=launcher][data-availability=dnd]').waitFor();
    await begin(second.page);
    await second.page.getByText('All of us are in a conversation').waitFor();
    await say(second.page, 'Number two');
    await second.page.getByText('You are next.').waitFor();
    await begin(third.page);
    await say(third.page, 'Number three');
    await third.page.getByText('You are number 2 in the queue.').waitFor();
    assert.equal(uli.count('Number two'), 0, 'no offer without a seat');
    await until(() => /2/.test(uli.present.get(uli.department)?.status), 'the queue in the status of the department');
    await uli.say(contact, '!end');
    const next = await uli.line('Number two');
    await uli.say(next.contact, 'Now you');
    await shown(second.page, 'Now you');
    await third.page.getByText('You are next.').waitFor();
    await uli.say(next.contact, '!end');
    await uli.line('Number three');
    for (const visitor of [first, second, third]) visitor.clean();
  },
};
