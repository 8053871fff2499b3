// What a department asks before a chat begins: filled in by keyboard alone, in German and in Arabic; the agent reads it with the offer.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { input, launcher, say, shown, Visitor } from '../visitor.mjs';

const SAID = {
  de: { locale: 'de-DE', missing: 'Bitte ausfüllen.', own: 'Ihre Antworten: Wish' },
  ar: { locale: 'ar-EG', missing: '', own: 'إجاباتكم: Wish' },
};

const focused = (page) => page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.id);

/** @param {'de'|'ar'} lang */
const asked = (lang) => async (t, { stack, browser }) => {
  const nina = await Agent.login(t, stack, '', { department: 'wishes' });
  const url = stack.website.put(`/wishes-${lang}`, stack.tag('wishes'), { lang });
  const visitor = await Visitor.enter(t, browser, url, { locale: SAID[lang].locale, viewport: { width: 390, height: 780 }, colorScheme: lang === 'ar' ? 'dark' : 'light' });
  const { page } = visitor;
  await launcher(page).click();
  await page.locator('#field-name:focus').waitFor();
  await check(page, `${lang}: what is asked`);
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'field-topic', 'the first that is missing');
  assert.ok((await page.locator('#field-topic_error').textContent()).length > 3);
  if (lang === 'de') assert.equal(await page.locator('#field-topic_error').textContent(), SAID.de.missing);
  await check(page, `${lang}: what is missing`);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('re-0042');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space'); // the second of the parts
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await input(page).and(page.locator(':focus')).waitFor();
  // Another page before the first line: what was filled in is not asked again.
  await page.reload();
  if (await launcher(page).getAttribute('aria-expanded') !== 'true') await launcher(page).click();
  await input(page).waitFor();
  await say(page, `Hello in ${lang}`);
  const first = await nina.expect((m, body) => /^visitor-/.test(m.attrs.from || '') && body.includes('The visitor has answered the form: Wish'), 'the answers');
  for (const words of ['Kaffee · قهوة', 'RE-1234: re-0042', 'Filter · مرشح', 'News: ✓']) assert.ok(first.getChildText('body').includes(words), words);
  const line = await nina.line(`Hello in ${lang}`);
  await shown(page, SAID[lang].own);
  await nina.say(line.contact, 'At once.');
  await shown(page, 'At once.');
  visitor.clean();
};

export const oneServer = true;

export default {
  'before a chat, in German: a form by keyboard, kept over a page': asked('de'),
  'before a chat, in Arabic: a form by keyboard, kept over a page': asked('ar'),
};
