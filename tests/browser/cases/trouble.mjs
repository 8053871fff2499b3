// What a visitor reads while the desk can store nothing, or can reach nobody.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { until } from '../tools.mjs';
import { begin, input, launcher, panel, say, shown, state, texts, Visitor } from '../visitor.mjs';

const LATER = 'Not taken yet. We keep trying.';
const SHUT = 'The chat is not available at the moment.';

const readiness = async (stack) => (await fetch(`${stack.url}/readyz`)).status;

async function nothingCanBeStored(t, { stack, browser }) {
  const nina = await Agent.login(t, stack);
  const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`);
  const { page } = visitor;
  await begin(page);
  await say(page, 'Before the trouble');
  const { contact } = await nina.line('Before the trouble');
  await nina.say(contact, 'An answer before it');
  await shown(page, 'An answer before it');
  const newcomer = await Visitor.enter(t, browser, `${stack.url}/prices.html`);
  await stack.order('lock');
  try {
    await say(page, 'Into the trouble');
    await until(async () => await readiness(stack) === 503, 'the trouble is noticed');
    await say(page, 'Refused');
    await page.getByText(LATER).first().waitFor();
    await state(page, 'Refused', 'sending');
    assert.equal(nina.count('Refused') + nina.count('Into the trouble'), 0);
    await launcher(newcomer.page).click();
    await panel(newcomer.page).getByText(SHUT).waitFor();
  } finally {
    await stack.order('unlock');
  }
  for (const line of ['Into the trouble', 'Refused']) {
    await nina.line(line);
    await state(page, line, 'delivered');
  }
  await page.getByText(LATER).first().waitFor({ state: 'detached' });
  assert.deepEqual(await texts(page), ['Before the trouble', 'An answer before it', 'Into the trouble', 'Refused']);
  assert.equal(nina.count('Into the trouble'), 1);
  assert.equal(nina.count('Refused'), 1);
  await panel(newcomer.page).getByText(SHUT).waitFor({ state: 'hidden', timeout: 60000 }); // it asks every 30 s
  await say(newcomer.page, 'Here at last');
  await nina.line('Here at last');
  newcomer.clean();
  visitor.clean();
}

async function nobodyCanBeReached(t, { stack, browser }) {
  const nina = await Agent.login(t, stack, '', { department: 'letters' });
  const visitor = await Visitor.enter(t, browser, stack.website.put('/unreached', stack.tag('letters')));
  const { page } = visitor;
  await begin(page);
  await panel(page).getByText('We are here for you').waitFor();
  await stack.order('cut');
  try {
    await panel(page).getByText('Nobody is here right now', { exact: true }).waitFor();
    await input(page).and(page.getByPlaceholder('Leave a message')).waitFor();
    await say(page, 'Left in the meantime');
    await state(page, 'Left in the meantime', 'stored');
    await panel(page).getByText(/Your message is kept under number \d+/).waitFor();
  } finally {
    await stack.order('mend');
  }
  await nina.line('Left in the meantime');
  visitor.clean();
}

nothingCanBeStored.on = 'prosody'; // the server has no part in it

export default {
  'nothing can be stored: the visitor reads so, and nothing is lost or doubled': nothingCanBeStored,
  'nobody can be reached: the visitor reads so, and what is left arrives': nobodyCanBeReached,
};
