// axe-core in every state that a visitor can see, with the texts and states of the real desk.
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { input, launcher, say, shown, Visitor } from '../visitor.mjs';

/** One visit through all states. */
async function walk(t, { stack, browser }, options) {
  const visitor = await Visitor.enter(t, browser, 'about:blank', options);
  const { page } = visitor;
  t.after(() => stack.relay.mend());
  await stack.emptied('orders');
  await page.goto(stack.website.put('/barriers', stack.tag('orders', '', stack.relay.origin)));
  await page.locator('[part=launcher][data-availability=unavailable]').waitFor();
  await check(page, 'launcher');
  await launcher(page).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Please fill this in.').waitFor();
  await check(page, 'form with an error');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  await input(page).waitFor();
  await check(page, 'greeting, nobody there');
  await say(page, 'Please look at https://a.example/');
  await page.getByText('Your message is kept').first().waitFor();
  await check(page, 'message kept');
  const nina = await Agent.login(t, stack, '', { department: 'orders' });
  await page.getByText('You are next.').waitFor();
  await check(page, 'queue');
  const { contact } = await nina.line('Please look at');
  await nina.say(contact, 'I do: https://b.example/');
  await shown(page, 'I do');
  await nina.types(contact);
  await page.getByText('Nina is writing').waitFor();
  await check(page, 'talk');
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End chat' }).waitFor();
  await check(page, 'menu');
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('alertdialog').waitFor();
  await check(page, 'question');
  await page.keyboard.press('Escape');
  stack.relay.plain = stack.relay.held = true;
  stack.relay.cut();
  t.after(() => { stack.relay.plain = false; });
  await page.getByText('No connection.').waitFor();
  await say(page, 'Into the void');
  await check(page, 'no connection');
  stack.relay.plain = false;
  stack.relay.mend();
  // Unless it has come back by itself before: tests/widget clicks it in peace.
  await page.getByRole('button', { name: 'Try now' }).click({ timeout: 3000 }).catch(() => {});
  await nina.line('Into the void');
  await nina.say(contact, '!end');
  await page.getByText('This chat has ended.').waitFor();
  await check(page, 'ended');
  visitor.clean();
}

const desktop = (t, given) => walk(t, given, { colorScheme: 'light' });
const phone = (t, given) => walk(t, given, { colorScheme: 'dark', viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

desktop.on = 'prosody';
phone.on = 'ejabberd';

export default {
  'no barrier that axe finds, on a desktop': desktop,
  'no barrier that axe finds, on a phone, dark': phone,
};
