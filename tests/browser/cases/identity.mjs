// Visitors who are logged in on the website, which signs who they are (docs/PROTOCOL.md section 19).
import assert from 'node:assert/strict';
import { identity } from '../../../examples/identity/sign.mjs';
import { Agent } from '../agent.mjs';
import { SECRET } from '../stack.mjs';
import { until } from '../tools.mjs';
import { begin as open, say, shown, texts, Visitor } from '../visitor.mjs';

const STUB = 'window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };';
/** A page of the website, for whoever is logged in. */
const put = (stack, path, subject, more) => stack.website.put(path,
  `<script>${STUB} tresen('identify', ${JSON.stringify(identity(SECRET, subject, more))}); tresen('on', 'availability', () => { window.heard = true; });</script>${stack.tag()}`);

/** Opens the chat when the page's calls have been heard. */
async function begin(page) {
  await page.waitForFunction(() => window.heard);
  await open(page);
}

/** What the visitor's card says of who it is. */
async function card(agent, contact) {
  await agent.say(contact, '!info');
  return (await agent.expect((m, body) => (m.attrs.from || '').startsWith(contact) && /Identity/.test(body), 'the card')).getChildText('body');
}

export const oneServer = true;

export default {
  async 'who is logged in is verified, with what the website says of them; the next page is theirs, too'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, put(stack, '/account', 'verified-4711', { name: 'Ada Lovelace', plan: 'gold', secret: 'x' }));
    const { page } = visitor;
    await begin(page);
    await say(page, 'I am logged in');
    const { contact } = await nina.line('I am logged in');
    const said = await card(nina, contact);
    assert.match(said, /verified by the website: verified-4711/);
    assert.match(said, /plan: gold/);
    assert.match(said, /Ada Lovelace/);
    assert.doesNotMatch(said, /secret/);
    await nina.say(contact, 'Good morning, Ada');
    await shown(page, 'Good morning, Ada');
    put(stack, '/account', 'verified-4711', { name: 'Ada Lovelace', plan: 'gold' }); // another JWT
    await page.reload();
    await shown(page, 'Good morning, Ada');
    await say(page, 'In the next page');
    assert.equal((await nina.line('In the next page')).contact, contact);
    visitor.clean();
  },

  async 'two people at one device, one after the other: neither sees, nor says, what is the other\'s'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, put(stack, '/shared', 'ada at a device'));
    const { page } = visitor;
    await begin(page);
    await say(page, 'Ada writes');
    const ada = await nina.line('Ada writes');
    await nina.say(ada.contact, 'Only for Ada');
    await shown(page, 'Only for Ada');
    await page.goto(put(stack, '/shared', 'bob at a device')); // nobody has logged out
    await until(() => page.locator('textarea').isVisible());
    await say(page, 'Bob writes');
    const bob = await nina.line('Bob writes');
    assert.notEqual(bob.contact, ada.contact);
    assert.deepEqual(await texts(page), ['Bob writes']);
    assert.match(await card(nina, bob.contact), /verified by the website: bob at a device/);
    await page.evaluate(() => window.tresen('logout'));
    await until(() => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith('tresen:'))));
    await page.goto(put(stack, '/shared', 'ada at a device'));
    await begin(page);
    await shown(page, 'Only for Ada');
    assert.deepEqual(await texts(page), ['Ada writes', 'Only for Ada']);
    await say(page, 'Ada again');
    assert.equal((await nina.line('Ada again')).contact, ada.contact);
    assert.equal(nina.count('Bob writes'), 1);
    visitor.clean();
  },
};
