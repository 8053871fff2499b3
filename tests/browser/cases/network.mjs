// Networks and pages that come and go: nothing is lost, nothing is shown twice.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, say, shown, state, states, texts, Visitor } from '../visitor.mjs';

const HALF_AN_HOUR = 30 * 60 * 1000;

export default {
  async 'half an hour without network, and the daemon starts anew meanwhile: each line exactly once'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    t.after(() => stack.relay.mend());
    const url = stack.website.put('/train', stack.tag('sales', '', stack.relay.origin));
    const visitor = await Visitor.enter(t, browser, 'about:blank');
    const { page } = visitor;
    await page.clock.install();
    await page.goto(url);
    await begin(page);
    await say(page, 'Into the tunnel');
    const { contact } = await nina.line('Into the tunnel');
    await nina.say(contact, 'Good journey');
    await shown(page, 'Good journey');
    stack.relay.hold();
    await visitor.context.setOffline(true);
    await say(page, 'First line in the tunnel');
    await page.clock.fastForward(HALF_AN_HOUR);
    await page.getByText(/Trying again in \d+ s/).waitFor({ timeout: 90000 }); // the first time may be over at once
    await stack.order('kill');
    await say(page, 'Second line in the tunnel');
    await stack.order('start');
    await nina.say(contact, 'Are you still there?');
    await nina.say(contact, 'I wait for you');
    assert.deepEqual(await states(page), ['delivered', 'sending', 'sending']);
    stack.relay.mend();
    await visitor.context.setOffline(false);
    await shown(page, 'I wait for you');
    await nina.line('First line in the tunnel');
    await nina.line('Second line in the tunnel');
    for (const line of ['First line', 'Second line']) await state(page, line, 'delivered');
    await say(page, 'In the light again');
    await nina.line('In the light again');
    assert.deepEqual(await texts(page), ['Into the tunnel', 'Good journey', 'Are you still there?', 'I wait for you',
      'First line in the tunnel', 'Second line in the tunnel', 'In the light again']);
    for (const line of ['First line', 'Second line', 'In the light']) assert.equal(nina.count(line), 1, line);
    visitor.clean();
  },

  async 'the daemon says goodbye and comes back: so does the page, by itself'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'Before the goodbye');
    const { contact } = await nina.line('Before the goodbye');
    await nina.say(contact, 'Here I am');
    await shown(page, 'Here I am');
    await until(() => nina.present.has(contact), 'the contact is there');
    await stack.order('stop');
    await until(() => !nina.present.has(contact), 'no ghost of the visitor');
    await say(page, 'Said to nobody');
    await stack.order('start');
    await nina.line('Said to nobody');
    await state(page, 'Said to nobody', 'delivered');
    await nina.say(contact, 'And there I am again');
    await shown(page, 'And there I am again');
    assert.deepEqual(await texts(page), ['Before the goodbye', 'Here I am', 'Said to nobody', 'And there I am again']);
    for (const line of ['Before the goodbye', 'Said to nobody']) assert.equal(nina.count(line), 1, line);
    visitor.clean();
  },

  async 'a proxy that does not know WebSocket: BOSH'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    stack.relay.plain = true;
    t.after(() => { stack.relay.plain = false; });
    const url = stack.website.put('/proxied', stack.tag('sales', '', stack.relay.origin));
    const visitor = await Visitor.enter(t, browser, url);
    const { page } = visitor;
    let requests = 0;
    page.on('request', (request) => { requests += request.url().endsWith('/http-bind') ? 1 : 0; });
    await begin(page);
    await say(page, 'Over plain HTTP');
    const { contact } = await nina.line('Over plain HTTP');
    for (const turn of [1, 2, 3]) {
      await nina.say(contact, `Answer ${turn}`);
      await shown(page, `Answer ${turn}`);
      await say(page, `Question ${turn}`);
      await nina.line(`Question ${turn}`);
    }
    await nina.types(contact);
    await page.getByText('Nina is writing').waitFor();
    const before = nina.heard.length;
    await input(page).pressSequentially('ab');
    await nina.typing(contact, 'composing', before);
    assert.ok(requests > 4, `${requests} requests`);
    await page.reload();
    await shown(page, 'Question 3');
    assert.equal((await texts(page)).length, 7);
    assert.deepEqual((await states(page)).slice(0, 3), ['delivered', 'delivered', 'delivered']);
    visitor.clean();
  },

  async 'the link to the server is cut: lines are kept, and delivered when it is back'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'While all is well');
    const { contact } = await nina.line('While all is well');
    await nina.say(contact, 'Fine');
    await shown(page, 'Fine');
    await stack.order('cut');
    await say(page, 'Said into the gap');
    await state(page, 'Said into the gap', 'stored');
    await stack.order('mend');
    await nina.line('Said into the gap');
    await state(page, 'Said into the gap', 'delivered');
    await nina.say(contact, 'After the gap');
    await shown(page, 'After the gap');
    assert.deepEqual(await texts(page), ['While all is well', 'Fine', 'Said into the gap', 'After the gap']);
    visitor.clean();
  },

  async 'an agent is lost, another takes over'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
    const { page } = visitor;
    await begin(page);
    await say(page, 'Hold the line');
    const { contact } = await nina.line('Hold the line');
    await nina.say(contact, 'One moment');
    await page.getByRole('heading', { name: 'Nina' }).waitFor();
    const tom = await Agent.login(t, stack, 'agent2');
    await nina.xmpp.stop();
    await page.getByText('Nina has lost the connection. We are looking for somebody else.').waitFor();
    await tom.line('Hold the line');
    await tom.say(contact, 'Tom here');
    await shown(page, 'Tom here');
    await page.getByRole('heading', { name: 'Tom' }).waitFor();
    visitor.clean();
  },
};
