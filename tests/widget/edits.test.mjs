import assert from 'node:assert/strict';
import test from 'node:test';
import './sheets.mjs';
import { parse } from '../../widget/src/xml.js';

const { makeEdits } = await import('../../widget/src/view/edits.js');

const RETRACT = "<retract xmlns='urn:xmpp:message-retract:1' id='ID'/>";
const CORRECT = "<replace xmlns='urn:xmpp:message-correct:0' id='ID'/>";

/** Lines by their ids, and what was read out. */
function make(lines) {
  const said = [];
  const host = { append() {} };
  const t = (key, values = {}) => `${key} ${Object.values(values).join('|')}`.trim();
  const { hear } = makeEdits({ h: () => ({}), say: (_, text) => said.push(text) }, t, { named: (id) => lines[id] }, host, () => {});
  const message = (inside, { by = 'agent', body = 'new', counts = true, attrs = '' } = {}) => {
    const line = { by, name: by === 'agent' ? 'Nina' : '', body };
    const done = hear(parse(`<message xmlns='jabber:client'><body>${body}</body>${inside}<line xmlns='urn:tresen:visit:1' by='${by}' ${attrs}/></message>`), line, counts);
    return { done, line };
  };
  return { said, message };
}

test('edits: a correction changes the line it is about, and is read out', () => {
  const line = { by: 'agent', name: 'Nina', body: 'old' };
  const { said, message } = make({ e7: line });
  assert.equal(message(CORRECT.replace('ID', 'e7')).done, true);
  assert.equal(line.body, 'new');
  assert.equal(line.edit[0], 'corrected');
  assert.deepEqual(said, ['said.corrected Nina|new|new']);
});

test('edits: of a retracted line nothing is left, and it is said without its text', () => {
  const line = { by: 'agent', name: 'Nina', body: 'secret', edit: ['', '+', '', ''] };
  const { said, message } = make({ e7: line });
  message(RETRACT.replace('ID', 'e7'), { body: 'words' });
  assert.deepEqual([line.body, ...line.edit], ['', 'retracted', '', '', '']);
  assert.deepEqual(said, ['said.retracted Nina||']);
});

test('edits: reactions of each side replace those before', () => {
  const line = { by: 'visitor', name: '', body: 'mine' };
  const { said, message } = make({ m1: line });
  const reactions = (...list) => `<reactions xmlns='urn:xmpp:reactions:0' id='m1'>${list.map((e) => `<reaction>${e}</reaction>`).join('')}</reactions>`;
  message(reactions('👍', '🎉'));
  message(reactions('❤️'), { by: 'visitor' });
  assert.deepEqual(line.edit, ['', '❤️', '👍 🎉', '']);
  message(reactions());
  assert.deepEqual(line.edit, ['', '❤️', '', '']);
  assert.deepEqual(said, ['said.reacted Nina|👍 🎉|mine', 'said.unreacted Nina||mine'], 'the visitor knows what they did');
});

test('edits: what history tells for the second time, or of unknown lines, changes nothing and is no line', () => {
  const line = { by: 'agent', name: 'Nina', body: 'now' };
  const { said, message } = make({ e7: line });
  assert.equal(message(CORRECT.replace('ID', 'e7'), { counts: false }).done, true);
  assert.equal(message(CORRECT.replace('ID', 'e99')).done, true);
  assert.deepEqual([line.body, line.edit, said.length], ['now', undefined, 0]);
});

test('edits: a line of history comes as it is now', () => {
  const { message } = make({});
  const { done, line } = message('', { attrs: "corrected='true' agent-reactions='👍'" });
  assert.deepEqual([done, line.body, ...line.edit], [false, 'new', 'corrected', '', '👍', '']);
  const gone = message("<retracted xmlns='urn:xmpp:message-retract:1'/>", { attrs: "retracted='true'" }).line;
  assert.deepEqual([gone.body, gone.edit[0]], ['', 'retracted']);
  assert.equal(message('').line.edit, undefined);
});

test('edits: a reply knows what it answers, and its quotation is cut by code points', () => {
  const { message } = make({});
  const inside = (start, end) => `<reply xmlns='urn:xmpp:reply:0' to='a@b' id='e7'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='${start}' end='${end}'/></fallback>`;
  const body = '> 👍?\nYes';
  const { done, line } = message(inside(0, 5), { body });
  assert.deepEqual([done, line.body, line.edit[3]], [false, 'Yes', 'e7']);
  assert.equal(message(inside(0, 8), { body }).line.body, body, 'something always stays');
});

test('edits: a link that becomes a file is read out as one', () => {
  const { said, message } = make({ m1: { by: 'agent', name: 'Nina', body: 'https://upload.example/1/a.pdf' } });
  message(CORRECT.replace('ID', 'm1'), { body: `a.pdf (12 kB)\nhttps://chat.example/w/1/file/${'a'.repeat(52)}/a.pdf` });
  assert.match(said.join(), /^said\.file Nina\|a\.pdf\|/);
});
