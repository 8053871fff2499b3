// Opening hours: the week in the visitor's own time, and the built widget in Chromium against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import './sheets.mjs';
import { barriers, CSP, launcher, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const { again, weekOf } = await import('../../widget/src/view/hours.js');

const DAY = 86400000;
const at = (days, hour, minute = 0) => {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
};
const words = (key, values) => `${key} ${Object.values(values).join('|')}`;
const british = new Intl.Locale('en-GB');

test('hours: the week begins today, over midnight belongs to the evening, what was yesterday is not in it', () => {
  const now = new Date(2026, 2, 27, 20, 0);
  const iso = (...args) => new Date(2026, ...args).toISOString();
  const week = weekOf({ hours: [[iso(2, 26, 9), iso(2, 26, 18)], [iso(2, 26, 22), iso(2, 27, 2)], [iso(2, 27, 9), iso(2, 27, 12)], [iso(2, 27, 22), iso(2, 28, 2)],
    [iso(3, 2, 9), iso(3, 2, 18)], [iso(3, 3, 9), iso(3, 3, 18)]] }, now);
  assert.deepEqual(week.map(({ day }) => day.getDate()), [27, 28, 29, 30, 31, 1, 2]);
  assert.deepEqual(week.map(({ open }) => open.length), [2, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(weekOf({}, now).map(({ open }) => open.length), [0, 0, 0, 0, 0, 0, 0]);
});

test('hours: when it opens is said by today, weekday or date', () => {
  const now = new Date(2026, 2, 27, 7, 30);
  const opens = (...args) => again(words, british, new Date(2026, ...args), now);
  assert.equal(opens(2, 27, 9), 'hours.today 09:00');
  assert.equal(opens(2, 28, 0, 30), 'hours.again Saturday|00:30');
  assert.equal(opens(3, 2, 23, 59), 'hours.again Thursday|23:59');
  assert.equal(opens(3, 3, 0, 0), 'hours.again Friday 3 April|00:00');
});

const tomorrow = () => ({ opens: at(1, 9).toISOString(), offset: -new Date().getTimezoneOffset() * 60,
  hours: [[at(0, 0, 5), at(0, 0, 10)], [at(1, 9), at(1, 12, 30)], [at(1, 13, 30), at(1, 18)], [at(2, 0), at(3, 0)]].map((pair) => pair.map((time) => time.toISOString())) });
const section = (page) => page.getByRole('region', { name: 'Opening hours' });

test('hours: while nobody is there they are shown, and gone when somebody comes; with a strict policy', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { availability: 'unavailable', hours: tomorrow() }, headers: (gw) => ({ 'content-security-policy': CSP(gw) }) });
  await launcher(page).click();
  const name = at(1, 9).toLocaleDateString('en-GB', { weekday: 'long' });
  await page.getByRole('status').filter({ hasText: `We are there again on ${name} at 09:00.` }).waitFor();
  const table = section(page).getByRole('table');
  assert.equal(await table.isVisible(), false, 'only who wants to see them');
  await section(page).getByText('Opening hours').focus();
  await page.keyboard.press('Enter');
  await table.waitFor();
  await barriers(page, 'hours');
  const rows = await table.getByRole('row').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => [...cell.childNodes].map((node) => node.textContent).join(' | '))));
  assert.equal(rows.length, 7);
  assert.deepEqual(rows.map(([, hours]) => hours), ['00:05–00:10', '09:00–12:30 | 13:30–18:00', 'all day', 'closed', 'closed', 'closed', 'closed']);
  assert.equal(rows[1][0], name);
  assert.equal(await section(page).getByText('time zone').count(), 0, 'it is the same');
  gateway.setAvailability('chat');
  await section(page).waitFor({ state: 'hidden' });
  gateway.setAvailability('unavailable');
  await section(page).waitFor();
  await say(page, 'Good evening');
  await visitor(gateway);
  assert.equal(await section(page).isVisible(), true, 'who has left a message may want to know, too');
  assert.deepEqual(problems, []);
});

test('hours: in another time zone they are those of the visitor, who is told which', async (t) => {
  const hours = { opens: new Date(Math.ceil(Date.now() / DAY) * DAY + 10 * DAY).toISOString(), offset: 3600, hours: [] };
  const { page, gateway } = await scene(t, { gateway: { availability: 'unavailable', hours: { ...hours, hours: [[hours.opens, hours.opens]] } }, context: { timezoneId: 'Asia/Tokyo', locale: 'en-GB' } });
  await launcher(page).click();
  const day = new Date(hours.opens).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'Asia/Tokyo' });
  await page.getByText(`We are there again on ${day} at 09:00.`).waitFor();
  await section(page).getByText('Opening hours').click();
  await page.getByText('Times are in your time zone (Japan').waitFor();
  gateway.setAvailability('chat');
  await section(page).waitFor({ state: 'hidden' });
});

test('hours: without any nothing is shown; what is no answer is none', async (t) => {
  for (const hours of [{}, { opens: new Date(Date.now() - 1000).toISOString(), hours: [] }, { x: 'x'.repeat(20000), ...tomorrow() }]) {
    const { page, problems } = await scene(t, { gateway: { availability: 'unavailable', hours } });
    const answer = page.waitForResponse(/\/w\/1\/hours\/sales$/);
    await launcher(page).click();
    await (await answer).finished();
    await page.getByText('Nobody is here right now. Leave').waitFor();
    await page.waitForTimeout(150);
    assert.equal(await page.locator('[part=hours]').isVisible(), false);
    assert.deepEqual(problems, []);
  }
});

test('hours: while an agent is talking they are not in the way', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { hours: tomorrow() } });
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  await page.getByText('Nina has joined.').waitFor();
  gateway.setAvailability('unavailable');
  await until(async () => await page.locator('[part=availability]').getAttribute('data-availability') === 'unavailable', 'the end of the hours');
  await page.waitForTimeout(150);
  assert.equal(await page.locator('[part=hours]').isVisible().catch(() => false), false);
});
