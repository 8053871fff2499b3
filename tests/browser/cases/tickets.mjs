// Messages that are left: receipt, reply, answer on a later visit.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { until } from '../tools.mjs';
import { begin, launcher, say, shown, state, Visitor } from '../visitor.mjs';

const card = (page) => page.locator('[part=ticket]');
/** Its number, once the card is in this step. */
async function step(page, words) {
  const shown_ = card(page).filter({ hasText: words });
  await shown_.waitFor();
  return /Number (\d+)/.exec(await shown_.textContent())[1];
}

export default {
  async 'a message is left, its receipt is shown, the reply is read and answered on a later visit'(t, { stack, browser }) {
    const url = stack.website.put('/tickets', stack.tag());
    await stack.emptied();
    const visitor = await Visitor.enter(t, browser, url);
    const { page } = visitor;
    await page.locator('[part=launcher][data-availability=unavailable]').waitFor();
    await begin(page);
    await page.getByText('Leave us a message').waitFor();
    await say(page, 'Do you ship to Norway?');
    const number = await step(page, 'received');
    await page.getByText(new RegExp(`Your message is kept as number ${number}`)).waitFor();
    await state(page, 'Norway', 'stored');
    await check(page, 'receipt');
    await page.close();
    const nina = await Agent.login(t, stack);
    const ticket = `ticket-${number}@${stack.domain}`;
    await nina.expect((m, body) => m.attrs.from?.startsWith(nina.department) && body.includes(ticket), 'the summary');
    await nina.say(ticket, '!take');
    await nina.say(ticket, 'Yes, we do. Which town?');
    const later = await visitor.open(url);
    await shown(later, 'Yes, we do. Which town?');
    await later.getByText(`What you write goes to number ${number}.`).waitFor();
    await step(later, 'in progress');
    await check(later, 'the reply');
    await say(later, 'Tromsø');
    await nina.expect((m, body) => m.attrs.from?.startsWith(ticket) && body.includes('Tromsø'), 'the answer at the ticket');
    await nina.say(ticket, '!state solved');
    await card(later).waitFor({ state: 'hidden' });
    await later.getByRole('button', { name: 'Your messages to us (1)' }).click();
    assert.equal(await step(later, 'solved'), number);
    visitor.clean();
  },

  async 'an answer is awaited, but the visitor has a new question: it is a chat of its own'(t, { stack, browser }) {
    const url = stack.website.put('/tickets-new', stack.tag());
    await stack.emptied();
    const visitor = await Visitor.enter(t, browser, url);
    const { page } = visitor;
    await page.locator('[part=launcher][data-availability=unavailable]').waitFor();
    await begin(page);
    await say(page, 'My grinder does not grind');
    const number = await step(page, 'received');
    const nina = await Agent.login(t, stack);
    const ticket = `ticket-${number}@${stack.domain}`;
    await nina.expect((m, body) => body.includes(ticket), 'the summary');
    await nina.say(ticket, '!take');
    await nina.say(ticket, 'Since when?');
    await shown(page, 'Since when?');
    await page.getByRole('button', { name: 'A new question instead' }).click();
    await say(page, 'Do you have decaf?');
    const { contact } = await nina.line('Do you have decaf?');
    await nina.say(contact, 'We do: Night Watch.');
    await shown(page, 'We do: Night Watch.');
    await nina.say(contact, '!end');
    await page.getByText(`What you write goes to number ${number}.`).waitFor();
    await say(page, 'Since Monday');
    await nina.expect((m, body) => m.attrs.from?.startsWith(ticket) && body.includes('Since Monday'), 'the answer at the ticket');
    await nina.say(ticket, '!state solved');
    visitor.clean();
  },

  async 'who waits leaves a message instead'(t, { stack, browser }) {
    const uli = await Agent.login(t, stack, 'agent3', { department: 'repairs' });
    const url = stack.website.put('/tickets-queue', stack.tag('repairs'));
    const first = await Visitor.enter(t, browser, url);
    await begin(first.page);
    await say(first.page, 'I have the seat');
    const { contact } = await uli.line('I have the seat');
    await uli.say(contact, 'You do');
    await shown(first.page, 'You do');
    const second = await Visitor.enter(t, browser, url);
    await launcher(second.page).click();
    await say(second.page, 'I cannot wait');
    await second.page.getByText('You are next.').waitFor();
    await check(second.page, 'queue');
    await second.page.getByRole('button', { name: 'Leave a message instead' }).click();
    await step(second.page, 'received');
    await until(() => second.page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.matches('.ticket')), 'the focus on the receipt');
    await uli.say(contact, '!end');
    for (const visitor of [first, second]) visitor.clean();
  },
};
