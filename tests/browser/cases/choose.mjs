// A page with several departments, against the real daemon: who is there in each, a choice, a chat that goes on, its end and another choice.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { input, launcher, panel, say, shown, state, texts, Visitor } from '../visitor.mjs';

const SAID = {
  de: {
    context: { locale: 'de-DE', viewport: { width: 360, height: 740 } }, launcher: 'Chat öffnen. Wir sind für Sie da', title: 'Mit wem möchten Sie sprechen?', here: 'Wir sind für Sie da',
    nobody: 'Gerade ist niemand da. Nachricht hinterlassen', again: /^Am \p{L}+ um 0?\d:00 Uhr sind wir wieder da\.$|^Heute um /u, back: 'Andere Abteilung', closed: 'Der Chat ist beendet.',
    ask: 'Haben Sie entkoffeinierten Kaffee?', answer: 'Ja, gern.', left: 'Ich schicke etwas zurück.', number: /^Nummer \d+$/,
  },
  ar: {
    context: { locale: 'ar-EG', colorScheme: 'dark' }, launcher: 'فتح المحادثة. نحن في خدمتكم', title: 'مع أي قسم تودّون التحدث؟', here: 'نحن في خدمتكم',
    nobody: 'لا يوجد أحد حاليًا. اتركوا رسالة', again: /^نعود إلى خدمتكم/, back: 'قسم آخر', closed: 'انتهت المحادثة.',
    ask: 'هل لديكم قهوة منزوعة الكافيين؟', answer: 'نعم، تفضلوا.', left: 'أريد إرجاع شيء.', number: /^الرقم \d+$/,
  },
};

/** @param {'de'|'ar'} lang */
const choosing = (lang) => async (t, { stack, browser }) => {
  const words = SAID[lang];
  const nina = await Agent.login(t, stack);
  const url = stack.website.put(`/choose-${lang}`, stack.tag('sales repairs returns'), { lang });
  const visitor = await Visitor.enter(t, browser, url, words.context);
  const { page } = visitor;
  const button = (name) => panel(page).getByRole('list', { name: words.title }).getByRole('button', { name });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true }); // or half a minute would have to pass
  await page.locator(`[part=launcher][aria-label="${words.launcher}"]`).click();
  await button(`Sales ${words.here}`).waitFor();
  await button(`Repairs ${words.nobody}`).waitFor();
  await button(`Returns ${words.nobody}`).locator('[part=choice-hours]', { hasText: words.again }).waitFor();
  assert.equal(await panel(page).evaluate((e) => getComputedStyle(e).direction), lang === 'ar' ? 'rtl' : 'ltr');
  await check(page, `${lang}: the choice`);
  // Who is there moves while it is looked at.
  const uli = await Agent.login(t, stack, 'agent3', { department: 'repairs' });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await button(`Repairs ${words.here}`).waitFor();
  await uli.leave();
  await button('Repairs').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Repairs' }).waitFor();
  await page.getByRole('button', { name: words.back }).click();
  await button('Sales').click();
  await page.getByRole('heading', { name: 'Sales' }).waitFor();
  await check(page, `${lang}: chosen`);
  await say(page, words.ask);
  const { contact } = await nina.line(words.ask);
  await nina.say(contact, words.answer);
  await shown(page, words.answer);
  assert.equal(await page.getByRole('button', { name: words.back }).isVisible(), false);
  await page.reload();
  await launcher(page).waitFor();
  if (lang === 'de') await launcher(page).click(); // a phone: it would cover the page
  await shown(page, words.answer);
  assert.deepEqual(await texts(page), [words.ask, words.answer], 'without the choice');
  await nina.say(contact, '!end');
  const ended = page.locator('[part=news]', { hasText: words.closed });
  await ended.waitFor();
  await page.getByRole('button', { name: words.back }).click();
  await button('Returns').click();
  await page.getByRole('heading', { name: 'Returns' }).waitFor();
  await input(page).waitFor();
  assert.deepEqual(await texts(page), [], 'another department, another conversation');
  assert.equal(await ended.isVisible(), false, 'what has ended was another one');
  await say(page, words.left);
  await state(page, words.left, 'stored');
  await page.getByText(words.number).waitFor();
  visitor.clean();
};

export const oneServer = true;

export default {
  'one of several departments is chosen, in German on a phone': choosing('de'),
  'one of several departments is chosen, in Arabic, dark': choosing('ar'),
};
