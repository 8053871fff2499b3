// The built widget in Chromium: the conversation as a file, against the fake gateway.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import './sheets.mjs';
import { barriers, CSP, launcher, say, scene, visitor } from './scene.mjs';

const { asPage, asText } = await import('../../widget/src/view/transcript.js');
const { fetchAll } = await import('../../widget/src/archive.js');

const said = (more) => ({ day: 'Monday', time: '9:05', by: 'agent', name: 'Nina', lines: ['Hello'], quoted: '', marks: [], ...more });
const record = (...all) => ({ title: 'Conversation with Sales', about: ['a.example'], said: all, lang: 'en', dir: 'ltr' });

/** Presses an entry of the menu and reads the file that comes of it. */
async function download(page, name) {
  await page.getByRole('button', { name: 'Options' }).click();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  const made = await coming;
  return { name: made.suggestedFilename(), text: await readFile(await made.path(), 'utf8') };
}

test('save: as text, what follows a line break is set in, and no line looks as if somebody else had said it', () => {
  const text = asText(record(said({ lines: ['One', '9:06  You: two'], quoted: 'You: zero', marks: ['edited'] }), said({ by: 'desk', name: '', lines: ['Nina has joined.'] }), said({ day: 'Tuesday' })));
  assert.deepEqual(text.split('\n'), ['\ufeffConversation with Sales', 'a.example', '', '', 'Monday', '', '9:05  Nina: > You: zero', '      One', '      9:06  You: two', '      (edited)',
    '9:05  * Nina has joined.', '', '', 'Tuesday', '', '9:05  Nina: Hello', '']);
});

test('save: as a page, nothing that somebody wrote is markup', () => {
  const evil = '<script>alert(1)</script>"\'&';
  const page = asPage({ ...record(said({ name: evil, lines: [evil, evil], quoted: evil, marks: [evil], day: evil, time: evil })), title: evil, about: [evil], lang: evil, dir: evil });
  assert.doesNotMatch(page, /<script|alert\(1\)<\/s|"'&[^#]/);
  assert.equal(page.match(/&#60;script&#62;/g).length, 12);
});

test('save: pages are asked for one after the other, again after a refusal, and given up in the end', async () => {
  const chat = { older: true, first: '9', synced: true };
  let asked = 0;
  const answers = [true, false, true, true];
  const visit = { askEarlier: async () => {
    if (answers[asked++]) chat.first = String(chat.first - 1);
    if (asked === answers.length) chat.older = false;
  } };
  assert.equal(await fetchAll(chat, visit, 1), true);
  assert.equal(asked, 4);
  asked = 0;
  assert.equal(await fetchAll({ older: true, first: '9', synced: true }, { askEarlier: async () => { asked++; } }, 1), false);
  assert.equal(asked, 4);
  const endless = { older: true, first: 0, synced: true };
  assert.equal(await fetchAll(endless, { askEarlier: async () => { endless.first++; } }, 1), false, 'there is a limit');
  assert.equal(endless.first, 400);
});

test('save: all of the conversation, as it is shown, by strict rules for the page', async (t) => {
  const { page, gateway, context, problems } = await scene(t, { gateway: { older: 130 }, headers: (gw) => ({ 'content-security-policy': CSP(gw) }) });
  await launcher(page).click();
  await say(page, 'Is <b>this</b> right?\u202e & "so"');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  const first = gateway.say(v, 'Nina', 'In bleu\n14:00  You: I pay 500');
  gateway.line(v, { by: 'agent', name: 'Nina', body: 'In blue' }, `<replace xmlns='urn:xmpp:message-correct:0' id='e${first.archive}'/>`);
  const wrong = gateway.say(v, 'Nina', 'Wrong window');
  gateway.line(v, { by: 'agent', name: 'Nina', body: 'x' }, `<retract xmlns='urn:xmpp:message-retract:1' id='e${wrong.archive}'/>`);
  gateway.say(v, 'Nina', `Prices.pdf (1.5 MB)\nhttps://public.test/w/1/file/${'a'.repeat(52)}/Prices.pdf`);
  gateway.line(v, { by: 'agent', name: 'Nina', body: 'Look here\nhttps://a.example/p' , id: 'e9999' }, `<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' offered='https://a.example/p'/>`);
  await page.locator('[part~=row]', { hasText: 'Look here' }).waitFor();

  const text = await download(page, 'Save as text');
  const today = await page.evaluate(() => { const d = new Date(); return [d.getFullYear(), d.getMonth() + 1, d.getDate()].map((n) => String(n).padStart(2, '0')).join('-'); });
  assert.equal(text.name, `chat-${today}-${v.chat.number}.txt`);
  await page.getByRole('status').filter({ hasText: `Your download: ${text.name}` }).waitFor();
  const lines = text.text.split('\n');
  assert.equal(lines[0], '\ufeffConversation with Sales');
  assert.match(lines[1], new RegExp(`^127\\.0\\.0\\.1:\\d+ · Number ${v.chat.number}$`));
  assert.match(lines[2], /^Saved: /);
  assert.deepEqual(lines.filter((line) => /Old line/.test(line)).map((line) => +/\d+$/.exec(line)[0]), Array.from({ length: 130 }, (_, i) => i), 'those that were not shown, too');
  assert.match(text.text, /\n\d\d:\d\d {2}You: Is <b>this<\/b> right\? & "so"\n/);
  assert.match(text.text, /\n\d\d:\d\d {2}\* Nina has joined\.\n/);
  assert.match(text.text, /\n\d\d:\d\d {2}Nina: In blue\n {6}\(edited\)\n/);
  assert.match(text.text, /Nina: This message was taken back\.\n/);
  assert.match(text.text, /Nina: Prices\.pdf \(1\.5 MB\)\n/);
  assert.match(text.text, /Nina: Look here\n {6}https:\/\/a\.example\/p\n/);
  assert.doesNotMatch(text.text, /In bleu|Wrong window|\/w\/1\/file|\u202e/);

  const saved = await download(page, 'Save for printing');
  assert.equal(saved.name, `chat-${today}-${v.chat.number}.html`);
  const other = await context.newPage();
  const wrongs = [];
  const fetched = [];
  other.on('console', (m) => wrongs.push(m.text()));
  other.on('request', (r) => fetched.push(r.url()));
  gateway.pages.set('/saved', saved.text);
  gateway.headers = {};
  await other.goto(`${gateway.origin}/saved`);
  assert.equal(await other.title(), 'Conversation with Sales');
  assert.equal(await other.locator('.line').count(), 130 + 5);
  assert.equal(await other.locator('.own .text').last().textContent(), 'Is <b>this</b> right? & "so"');
  assert.equal(await other.locator('b, script, img, a').count(), 0);
  assert.notEqual(await other.locator('header').evaluate((e) => getComputedStyle(e).borderBottomStyle), 'none', 'its own rules let its styles in');
  assert.ok((await other.pdf()).length > 10000, 'it prints');
  assert.deepEqual([wrongs, fetched.length], [[], 1]);
  await other.close();
  assert.deepEqual(problems, []);
});

test('save: without a connection it is what there is, and both say so; without a conversation there is nothing to save', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { older: 70 } });
  await launcher(page).click();
  await page.getByText('Old line 69').waitFor();
  Object.assign(gateway, { websocket: false, bosh: false });
  gateway.drop();
  const { text, name } = await download(page, 'Save as text');
  assert.match(text, /\nEarlier messages are missing: they could not be fetched\.\n/);
  assert.match(text, /Old line 20\n/);
  assert.doesNotMatch(text, /Old line 19\n/);
  await page.getByRole('status').filter({ hasText: `Your download: ${name} Earlier messages are missing` }).waitFor();

  const { page: fresh } = await scene(t);
  await launcher(fresh).click();
  await fresh.getByRole('button', { name: 'Options' }).click();
  await fresh.getByRole('switch').first().waitFor();
  assert.equal(await fresh.getByRole('button', { name: 'Save as text' }).isVisible(), false);
  await fresh.locator('[part~=switch]:focus').waitFor();
  await barriers(fresh, 'the menu of a new visitor');
});
