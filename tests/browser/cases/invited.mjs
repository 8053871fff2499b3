// What visitors read before they have said anything: a line for all of them, an invitation.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { launcher, panel, say, shown, Visitor } from '../visitor.mjs';

export default {
  async 'a page invites to a chat, the agent reads with what; and what all visitors are told comes and goes in it'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack, '', { department: 'letters' });
    const tom = await Agent.login(t, stack, 'agent2');
    const letters = `letters@${stack.domain}`;
    const path = `/invited-${stack.logins}`;
    const visitor = await Visitor.enter(t, browser, stack.website.put(path, stack.tag('letters')));
    const { page } = visitor;
    const card = page.getByRole('region', { name: 'Nina' }).and(page.locator('[part=invite]'));
    await card.getByText('May I help you with your letter?').waitFor();
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0], 'nothing is kept before the click');
    await tom.say(letters, '!notice We know that stamps are sold out.');
    await tom.expect((m, body) => body.includes('All visitors of department letters'), 'that it is said');
    await card.getByRole('button', { name: 'Open chat' }).click();
    await panel(page).getByText('May I help you with your letter?').waitFor();
    await page.getByRole('region', { name: 'Please note' }).getByText('We know that stamps are sold out.').waitFor();
    await say(page, 'Yes, please.');
    const { contact } = await nina.line('Yes, please.');
    await nina.expect((m, body) => body.includes('\nInvitation: letter: May I help you with your letter?'), 'with what');
    await nina.say(contact, 'Gladly.');
    await shown(page, 'Gladly.');
    await tom.say(letters, '!notice -');
    await page.getByRole('region', { name: 'Please note' }).waitFor({ state: 'hidden' });
    // Once taken, not on the next page.
    await page.reload();
    await launcher(page).waitFor();
    await shown(page, 'Gladly.');
    assert.equal(await card.count(), 0);
    visitor.clean();
  },
};
