// Forms that agents send to visitors.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { begin, launcher, say, shown, Visitor } from '../visitor.mjs';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, colorScheme: 'dark', locale: 'de-DE' };
const PICTURES = process.env.TRESEN_PICTURES;
const WORDS = {
  desktop: { send: 'Send', no: 'Rather not', check: 'Please check: Number of the order', sent: 'You have sent this form.',
    declined: 'You did not want to fill in this form.', gone: 'This form is not needed any more.', over: 'This form cannot be answered any more.' },
  phone: { send: 'Absenden', no: 'Lieber nicht', check: 'Bitte prüfen Sie: Number of the order', sent: 'Sie haben das Formular abgeschickt.',
    declined: 'Sie wollten das Formular nicht ausfüllen.', gone: 'Das Formular wird nicht mehr gebraucht.', over: 'Das Formular kann nicht mehr beantwortet werden.' },
};

const picture = (page, name) => PICTURES && page.screenshot({ path: `${PICTURES}/ask-${name}.png`, animations: 'disabled' });

const became = (page, words) => page.locator('[part=ask-state]', { hasText: words });

async function play(t, { stack, browser }, size, options) {
  const words = WORDS[size];
  const nina = await Agent.login(t, stack);
  const url = stack.website.put(`/asks-${size}`, stack.tag(), { lang: size === 'phone' ? 'de' : 'en' });
  const visitor = await Visitor.enter(t, browser, url, options);
  const { page } = visitor;
  const form = () => page.getByRole('form', { name: 'Return of goods' });
  await begin(page);
  await say(page, `I send it back, on a ${size}.`);
  const { contact } = await nina.line(`I send it back, on a ${size}.`);
  await nina.say(contact, 'Let me help.');
  await shown(page, 'Let me help.');

  // Filled in: what is missing is said, by label; two tabs show the same.
  await nina.say(contact, '!ask return Please tell us:');
  await shown(page, 'Please tell us:');
  await form().getByLabel('Number of the order').waitFor(); // the fields are a file of their own
  await form().getByRole('button', { name: words.send, exact: true }).click();
  await form().getByText(words.check).waitFor();
  const order = form().getByLabel('Number of the order');
  assert.equal(await order.evaluate((e) => e === e.getRootNode().activeElement), true, 'the first that is wrong has the focus');
  await picture(page, `${size}-missing`);
  await check(page, `a form with something missing, ${size}`);
  await order.fill('4711');
  await form().getByLabel('Why?').selectOption('broken');
  await form().getByLabel('More').fill('The sole came off.\nTwice.');
  await picture(page, `${size}-filled`);
  const second = await visitor.open(url);
  if (size === 'phone') await launcher(second).click();
  await second.getByRole('form', { name: 'Return of goods' }).waitFor();
  await form().getByRole('button', { name: words.send, exact: true }).click();
  await nina.expect((m, body) => body.includes('has answered the form') && body.includes('Number of the order: 4711'), 'the answers');
  for (const tab of [page, second]) await became(tab, words.sent).waitFor();
  assert.equal(await form().count(), 0);
  await second.close();

  // Declined; taken back.
  await nina.say(contact, '!ask return');
  await form().getByRole('button', { name: words.no }).press('Enter');
  await nina.expect((m, body) => body.includes('does not want to fill in'), 'that it was declined');
  await became(page, words.declined).waitFor();
  await nina.say(contact, '!ask return');
  await form().waitFor();
  await nina.say(contact, '!ask -');
  await became(page, words.gone).waitFor();

  // After a reload all is as it was; with the chat, what waits is over.
  await nina.say(contact, '!ask return');
  await form().waitFor();
  await page.reload();
  if (size === 'phone') await launcher(page).click();
  await form().waitFor();
  for (const word of [words.sent, words.declined, words.gone]) assert.equal(await became(page, word).count(), 1, word);
  await page.locator('[part=ask-words]', { hasText: 'The sole came off.' }).waitFor();
  await picture(page, `${size}-reloaded`);
  await check(page, `a form in each state, ${size}`);
  await nina.say(contact, '!end');
  await became(page, words.over).waitFor();
  await picture(page, `${size}-over`);
  visitor.clean();
}

export default {
  'a form is filled in, declined, taken back, over; on a desktop': (t, given) => play(t, given, 'desktop', {}),
  'a form is filled in, declined, taken back, over; on a phone, dark, German': (t, given) => play(t, given, 'phone', PHONE),
};
