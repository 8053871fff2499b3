import assert from 'node:assert/strict';
import test from 'node:test';
import { Chat, MAX_LENGTH, length } from '../../widget/src/chat.js';
import { kept, line, memoryStore } from './fakes.mjs';

const make = (entries) => {
  const store = memoryStore(entries);
  return { store, chat: new Chat(store, () => {}) };
};
const bodies = (chat) => chat.entries.map((e) => e.body);
const fin = (first, last, complete = true) => ({ first: String(first), last: String(last), complete });

test('chat: a line goes from sending over stored and delivered to read, and never back', () => {
  const { chat } = make();
  const entry = chat.say('hello');
  assert.equal(entry.state, 'sending');
  chat.mark(entry.id, 'read'); // nothing is read before it is stored
  assert.equal(entry.state, 'sending');
  chat.acknowledge(entry.id, '5');
  assert.equal(entry.state, 'stored');
  chat.mark(entry.id, 'read');
  assert.equal(entry.state, 'read');
  chat.mark(entry.id, 'delivered');
  chat.acknowledge(entry.id, '5');
  assert.equal(entry.state, 'read');
});

test('chat: a marker counts for the lines before it', () => {
  const { chat } = make();
  const [a, b, c] = ['a', 'b', 'c'].map((body) => chat.say(body));
  [a, b, c].forEach((entry, i) => chat.acknowledge(entry.id, String(i + 1)));
  chat.mark(b.id, 'read');
  assert.deepEqual([a, b, c].map((e) => e.state), ['read', 'read', 'stored']);
  chat.mark('unknown', 'read');
  assert.equal(c.state, 'stored');
});

test('chat: each line is shown once, however it arrives', () => {
  const { chat } = make();
  chat.page('last', [line(1), line(2, 'visitor', { id: 'm' })], fin(1, 2));
  assert.equal(chat.receive(line(1)), false);
  assert.equal(chat.receive(line(3)), true);
  assert.equal(chat.receive(line(3)), false);
  assert.equal(chat.receive(line(2, 'visitor', { id: 'm' })), false);
  chat.page('after', [line(2, 'visitor', { id: 'm' }), line(3)], fin(2, 3));
  assert.deepEqual(bodies(chat), ['line 1', 'line 2', 'line 3']);
});

test('chat: agents\' lines with one id and different places in the archive are two lines', () => {
  const { chat } = make();
  chat.receive(line(1, 'agent', { id: 'same', body: 'one' }));
  chat.receive(line(2, 'agent', { id: 'same', body: 'two' }));
  assert.deepEqual(bodies(chat), ['one', 'two']);
});

test('chat: what the desk sent comes before what it has not acknowledged', () => {
  const { chat } = make();
  chat.page('last', [], fin('', ''));
  const mine = chat.say('mine');
  chat.receive(line(7));
  assert.deepEqual(bodies(chat), ['line 7', 'mine']);
  chat.acknowledge(mine.id, '8');
  chat.receive(line(9));
  assert.deepEqual(bodies(chat), ['line 7', 'mine', 'line 9']);
});

test('chat: a receipt that comes behind the notice it caused puts the line before it', () => {
  const { chat } = make();
  chat.page('last', [], fin('', ''));
  const mine = chat.say('mine');
  chat.receive(line(2, 'desk', { event: 'left-message' }));
  chat.acknowledge(mine.id, '1');
  assert.deepEqual(chat.entries.map((e) => e.archive), ['1', '2']);
  assert.equal(chat.last, '2');
  chat.receive(line(10));
  chat.receive(line(9));
  assert.deepEqual(chat.entries.map((e) => e.archive), ['1', '2', '9', '10']);
  assert.equal(chat.last, '10');
});

test('chat: ids that are no numbers are in the order of their arrival', () => {
  const { chat } = make();
  chat.page('last', [line('b')], fin('b', 'b'));
  const mine = chat.say('mine');
  chat.receive(line('z'));
  chat.acknowledge(mine.id, 'a');
  chat.receive(line('y'));
  assert.deepEqual(chat.entries.map((e) => e.archive), ['b', 'z', 'a', 'y']);
  assert.equal(chat.last, 'y');
});

test('chat: a line that was refused and taken later moves behind what came meanwhile', () => {
  const { chat } = make();
  chat.page('last', [], fin('', ''));
  const first = chat.say('first');
  const second = chat.say('second');
  chat.refuse(first.id, 'sending', 'wait');
  chat.acknowledge(second.id, '3');
  chat.receive(line(4));
  assert.deepEqual(bodies(chat), ['second', 'line 4', 'first']);
  chat.acknowledge(first.id, '5');
  assert.equal(first.problem, '');
  assert.deepEqual(bodies(chat), ['second', 'line 4', 'first']);
  assert.equal(chat.last, '5');
});

test('chat: last moves only over an unbroken row', () => {
  const { chat } = make();
  assert.equal(chat.last, '');
  chat.receive(line(50)); // live, before the archive was asked
  assert.equal(chat.last, '');
  chat.page('last', [line(48), line(49)], fin(48, 49, false));
  assert.equal(chat.last, '50', 'what came live follows the page without a gap');
  chat.receive(line(51));
  assert.equal(chat.last, '51');
  chat.disconnected();
  chat.receive(line(70)); // 52 to 69 are missing
  assert.equal(chat.last, '51');
  chat.page('after', [line(52), line(53)], fin(52, 53, false));
  assert.equal(chat.last, '53');
  assert.equal(chat.synced, false);
  chat.page('after', [line(69), line(70)], fin(69, 70));
  assert.equal(chat.last, '70');
  assert.deepEqual(chat.entries.map((e) => Number(e.archive)), [48, 49, 50, 51, 52, 53, 69, 70]);
});

test('chat: the connection breaks in the middle of catching up; nothing is lost or doubled', () => {
  const { chat } = make();
  chat.page('last', [line(1)], fin(1, 1));
  chat.disconnected();
  chat.page('after', [line(2), line(3)], fin(2, 3, false));
  chat.receive(line(9));
  chat.disconnected();
  chat.page('after', [4, 5, 6, 7, 8, 9].map((n) => line(n)), fin(4, 9));
  assert.deepEqual(chat.entries.map((e) => Number(e.archive)), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(chat.last, '9');
});

test('chat: history settles an own line whose receipt was lost, in its place', () => {
  const { chat, store } = make();
  chat.page('last', [line(1)], fin(1, 1));
  const mine = chat.say('mine');
  chat.disconnected();
  chat.receive(line(3));
  chat.page('after', [line(2, 'visitor', { id: mine.id, body: 'mine', seen: 'read' }), line(3)], fin(2, 3));
  assert.deepEqual(bodies(chat), ['line 1', 'mine', 'line 3']);
  assert.equal(mine.state, 'read');
  assert.deepEqual(kept(store), []);
  chat.acknowledge(mine.id, '2'); // the receipt of the repeat
  assert.equal(chat.last, '3');
});

test('chat: earlier pages go in front', () => {
  const { chat } = make();
  chat.page('last', [line(5), line(6)], fin(5, 6, false));
  assert.equal(chat.older, true);
  assert.equal(chat.first, '5');
  chat.page('before', [line(3), line(4)], fin(3, 4, false));
  chat.page('before', [line(1), line(2)], fin(1, 2));
  assert.deepEqual(chat.entries.map((e) => Number(e.archive)), [1, 2, 3, 4, 5, 6]);
  assert.equal(chat.older, false);
  assert.equal(chat.last, '6');
});

test('chat: the outbox survives the page and is emptied by receipts', () => {
  const { chat, store } = make();
  chat.say('one');
  const two = chat.say('two');
  const next = new Chat(store, () => {});
  assert.deepEqual(bodies(next), ['one', 'two']);
  assert.deepEqual(next.pending.map((e) => e.id), chat.pending.map((e) => e.id));
  next.acknowledge(two.id, '9');
  assert.deepEqual(kept(store).map((e) => e.body), ['one']);
  const [one] = next.pending;
  next.acknowledge(one.id, '10');
  assert.deepEqual(kept(store), []);
});

test('chat: two pages keep each other\'s unsent lines', () => {
  const { chat, store } = make();
  const other = new Chat(store, () => {});
  chat.say('here');
  const there = other.say('there');
  assert.deepEqual(kept(store).map((e) => e.body).sort(), ['here', 'there']);
  other.acknowledge(there.id, '1');
  assert.deepEqual(kept(store).map((e) => e.body), ['here']);
  other.recall();
  assert.deepEqual(bodies(other), ['there', 'here'], 'what a page has left behind');
});

test('chat: what is no line of ours is none, and hides none', () => {
  for (const broken of ['{', 'null', '5', '[null]', '{"id":1}', '{"a":1}']) {
    const { chat } = make({ 'run.1': broken, 'run.2': '{"time":1,"id":"2","body":"good"}' });
    assert.deepEqual(bodies(chat), ['good'], broken);
  }
});

test('chat: a line that could not be written down is sent all the same, and says so', () => {
  const { chat, store } = make();
  const { set } = store;
  store.set = (key, value) => !value && set(key, value);
  const entry = chat.say('no room');
  assert.deepEqual([entry.state, entry.problem, chat.careful], ['sending', 'unkept', true]);
  chat.acknowledge(entry.id, '1');
  assert.deepEqual([entry.state, entry.problem, chat.careful], ['stored', '', false]);
});

test('chat: a line of another page is shown once, and sent again when that page wants it', () => {
  const { chat } = make();
  const theirs = { id: 'x', body: 'from the other page', time: 5 };
  const entry = chat.adopt(theirs);
  chat.adopt(theirs);
  assert.deepEqual(chat.pending, [entry]);
  chat.refuse('x', 'failed', 'forbidden');
  chat.adopt(theirs);
  assert.deepEqual([entry.state, entry.problem], ['sending', '']);
  chat.acknowledge('x', '3');
  chat.adopt(theirs);
  assert.equal(entry.state, 'stored', 'told late');
});

test('chat: refuses what cannot be sent', () => {
  const { chat } = make();
  assert.equal(chat.say('  \n '), undefined);
  assert.equal(chat.say('x'.repeat(MAX_LENGTH + 1)), undefined);
  assert.ok(chat.say('\u{1f600}'.repeat(MAX_LENGTH)), 'counted in code points');
  for (let i = 1; i < 50; i++) assert.ok(chat.say(`line ${i}`));
  assert.equal(chat.say('one too many'), undefined);
  assert.equal(length('a\u{1f600}'), 2);
});

test('chat: a failed line can be sent again', () => {
  const { chat, store } = make();
  const entry = chat.say('hello');
  chat.refuse(entry.id, 'failed', 'forbidden');
  assert.equal(entry.state, 'failed');
  assert.equal(chat.pending.length, 0);
  const [after] = new Chat(store, () => {}).entries;
  assert.deepEqual([after.body, after.state, after.problem], ['hello', 'failed', 'forbidden'], 'on the next page too');
  chat.adopt({ ...entry, problem: '' });
  assert.equal(chat.pending[0], entry);
  assert.equal(entry.problem, '');
  chat.acknowledge(entry.id, '1');
  chat.refuse(entry.id, 'failed', 'late');
  assert.equal(entry.state, 'stored');
});

test('chat: unread lines are those of agents after the last one seen', () => {
  const { chat, store } = make();
  chat.page('last', [line(1), line(2, 'visitor'), line(3, 'desk'), line(4)], fin(1, 4));
  assert.equal(chat.unread, 2);
  assert.equal(chat.see().archive, '4');
  assert.equal(chat.unread, 0);
  assert.equal(chat.see(), undefined, 'said once');
  chat.say('pending');
  chat.receive(line(5));
  chat.receive(line(6, 'desk'));
  assert.equal(chat.unread, 1);
  const next = new Chat(store, () => {});
  next.page('last', [line(4), line(5), line(6, 'desk')], fin(4, 6));
  assert.equal(next.unread, 1, 'remembered on the next page');
});

test('chat: agents\' lines are acknowledged once', () => {
  const { chat } = make();
  chat.page('last', [line(1), line(2, 'visitor'), line(3)], fin(1, 3));
  assert.deepEqual(chat.receipts().map((e) => e.archive), ['1', '3']);
  assert.deepEqual(chat.receipts(), []);
  chat.receive(line(4));
  assert.deepEqual(chat.receipts().map((e) => e.archive), ['4']);
});

test('chat: another visitor than before sees nothing of the other, but keeps what was not sent', () => {
  const { chat, store } = make();
  chat.page('last', [line(1), line(2)], fin(1, 2));
  chat.see();
  chat.say('unsent');
  chat.reset();
  assert.deepEqual(bodies(chat), ['unsent']);
  assert.equal(chat.last, '');
  assert.equal(store.get('seen'), '');
});

test('chat: it runs from the moment that the visitor says something until the desk has said what became of it', () => {
  const { chat, store } = make();
  const known = { department: 'Sales', availability: 'chat', form: [], tickets: [], room: 0, leave: false };
  const { id } = chat.say('Hello');
  assert.equal(store.get('run'), '1');
  chat.checkedIn(known);
  assert.equal(store.get('run'), '1', 'the line is on its way');
  chat.acknowledge(id, '5');
  assert.equal(store.get('run'), '1', 'what becomes of it is not known yet');
  chat.enter({ state: 'queued', number: '7', position: 1, agent: '' });
  chat.enter({ state: 'closed', number: '7', position: 0, agent: '' });
  assert.equal(store.get('run'), '');
  chat.refuse(chat.say('Once more').id, 'failed', 'not-acceptable');
  chat.checkedIn(known);
  assert.equal(store.get('run'), '', 'nothing came of it');
  const solved = make({ run: '1' });
  solved.chat.enter({ state: 'closed', number: '8', position: 0, agent: '', left: 'true' });
  assert.equal(solved.store.get('run'), '1');
  solved.chat.checkedIn({ ...known, tickets: [{ number: '8', state: 'solved' }] });
  assert.equal(solved.store.get('run'), '');
});

test('chat: a conversation runs while it is queued, offered or active', () => {
  const { chat, store } = make();
  const state = (s, more = {}) => ({ state: s, number: '7', position: 0, left: false, agent: '', ...more });
  for (const s of ['queued', 'offered', 'active']) {
    chat.enter(state(s));
    assert.equal(store.get('run'), '1');
  }
  chat.types(true);
  assert.equal(chat.typing, true);
  chat.enter(state('closed'));
  assert.equal(store.get('run'), '');
  assert.equal(chat.typing, false);
  chat.checkedIn({ department: 'Sales', availability: 'chat', form: [], tickets: [], room: 0, leave: false });
  assert.equal(chat.chat.state, 'closed', 'it is still the one that ended');
  chat.checkedIn({ department: 'Sales', availability: 'dnd', form: [{ required: true }], tickets: [], room: 0, leave: false }, state('queued', { position: 2 }));
  assert.equal(chat.department, 'Sales');
  assert.equal(chat.mustAsk, true);
  assert.equal(chat.chat.position, 2);
});

test('chat: forgetting leaves nothing', () => {
  const { chat } = make();
  chat.page('last', [line(1)], fin(1, 1));
  chat.say('x');
  chat.forget();
  assert.deepEqual(chat.entries, []);
  assert.equal(chat.running, false);
});
