// A whole conversation in German and in Arabic: every word that the visitor reads is in that language, the desk's too.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { input, launcher, say, shown, state, texts, Visitor } from '../visitor.mjs';

const SAID = {
  de: {
    locale: 'de-DE', dir: 'ltr', launcher: 'Chat öffnen. Wir sind für Sie da', hello: 'Guten Tag!', write: 'Nachricht schreiben',
    ask: 'Haben Sie entkoffeinierten Kaffee? Bitte Rückruf: +49 30 1234567', joined: 'Nina ist jetzt für Sie da.', typing: 'Nina schreibt',
    answer: 'Ja, gern. Näheres: https://roast.example/night-watch', thanks: 'Schöne Grüße, vielen Dank!', read: 'Gelesen', today: 'Heute',
    closed: 'Der Chat ist beendet. Schreiben Sie, um einen neuen zu beginnen.', rate: 'Wie war dieser Chat?', star: '4 von 5 Sternen', rated: 'Vielen Dank.',
  },
  ar: {
    locale: 'ar-EG', dir: 'rtl', launcher: 'فتح المحادثة. نحن في خدمتكم', hello: 'مرحبًا بكم!', write: 'كتابة رسالة',
    ask: 'هل لديكم قهوة منزوعة الكافيين؟ هاتفي +20 2 1234567', joined: 'Nina الآن في خدمتكم.', typing: 'Nina بصدد الكتابة',
    answer: 'نعم، تفضلوا: https://roast.example/night-watch', thanks: 'شكرًا جزيلًا!', read: 'قُرئت', today: 'اليوم',
    closed: 'انتهت المحادثة. اكتبوا لبدء محادثة جديدة.', rate: 'كيف كانت هذه المحادثة؟', star: '4 نجوم من 5', rated: 'شكرًا لكم.',
  },
};

/** @param {'de'|'ar'} lang */
const conversation = (lang) => async (t, { stack, browser }) => {
  const words = SAID[lang];
  const nina = await Agent.login(t, stack, '', { department: 'advice' });
  const url = stack.website.put(`/advice-${lang}`, stack.tag('advice'), { lang });
  const visitor = await Visitor.enter(t, browser, url, { locale: words.locale, viewport: { width: 390, height: 780 } });
  const { page } = visitor;
  await page.locator(`[part=launcher][aria-label="${words.launcher}"]`).click();
  await page.getByText(words.hello).waitFor();
  await input(page).and(page.getByPlaceholder(words.write)).waitFor();
  assert.equal(await page.locator('[part=panel]').evaluate((e) => getComputedStyle(e).direction), words.dir);
  await check(page, `${lang}: greeting`);
  await say(page, words.ask);
  const line = await nina.line(words.ask);
  await nina.say(line.contact, words.answer);
  await shown(page, words.answer);
  await page.locator('[part=notice]', { hasText: words.joined }).waitFor();
  await page.getByText(words.today, { exact: true }).waitFor();
  await nina.read(line);
  await state(page, words.ask, 'read');
  await page.locator('[part=state]', { hasText: words.read }).waitFor();
  await nina.types(line.contact);
  await page.getByText(words.typing).waitFor();
  await check(page, `${lang}: talk`);
  await say(page, words.thanks);
  await nina.line(words.thanks);
  await state(page, words.thanks, 'delivered'); // else the next page shows it before the history has come
  await page.reload();
  await launcher(page).click();
  await shown(page, words.thanks);
  assert.deepEqual(await texts(page), [words.ask, words.answer, words.thanks], 'the archive says the same');
  await nina.say(line.contact, '!end');
  await page.getByText(words.closed).waitFor();
  await page.getByText(words.rate).waitFor();
  await page.getByLabel(words.star).check({ force: true });
  await check(page, `${lang}: rating`);
  await page.locator('[part~=rating-send]').click();
  await page.getByText(words.rated, { exact: true }).waitFor();
  visitor.clean();
};

export const oneServer = true;

export default {
  'a conversation in German': conversation('de'),
  'a conversation in Arabic, from right to left': conversation('ar'),
};
