// The built widget in Chromium, where the surroundings are unkind: pages that patch what the language has, clocks that are wrong, pages that
// sleep, networks that are slow, conversations that are long. (Policies, storage, the back button and BOSH: page.test.mjs, tests/browser/cases.)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { came, entries, html, launcher, panel, say, scene, states, tag, texts, visitor } from './scene.mjs';
import { until } from './tools.mjs';

/** A chat with one line of each side. */
async function talk(page, gateway) {
  await launcher(page).click();
  await say(page, 'Good morning');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Good morning to you');
  await page.getByText('Good morning to you').waitFor();
  return v;
}

test('robust: a page that has replaced what the language brings, as libraries of former days did', async (t) => {
  const patched = `
    // prototype.js 1.5 to 1.7: methods of its own under names that the language took later, enumerable.
    Array.prototype.entries = Array.prototype.toArray = function () { return this.concat(); };
    Array.prototype.find = function (test) { for (let i = 0; i < this.length; i++) if (test(this[i])) return this[i]; };
    Array.prototype.include = function (one) { return this.indexOf(one) !== -1; };
    Array.prototype.clear = function () { this.length = 0; return this; };
    Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
    Array.prototype.toJSON = function () { return '[' + [].map.call(this, (one) => JSON.stringify(one)).join(', ') + ']'; };
    Array.from = function (all) { return all ? [].slice.call(all) : []; };
    Object.keys = ((real) => function (object) { return real(object); })(Object.keys);
    Element.prototype.remove = ((real) => function () { real.call(this); return this; })(Element.prototype.remove);
    Element.prototype.update = Element.prototype.hide = Element.prototype.show = function () { return this; };
    // Watchers of errors and of speed.
    JSON.stringify = ((real) => function () { return real.apply(JSON, arguments); })(JSON.stringify);
    window.Promise = ((Real) => class extends Real { then(...all) { window.thens = (window.thens || 0) + 1; return super.then(...all); } })(Promise);
    window.fetch = ((real) => (...all) => real(...all).then((answer) => answer))(fetch);
    window.setTimeout = ((real) => function (act, ...more) { return real(function (...all) { return typeof act === 'function' ? act(...all) : 0; }, ...more); })(setTimeout);
    EventTarget.prototype.addEventListener = ((real) => function (name, act, ...more) { return real.call(this, name, act, ...more); })(EventTarget.prototype.addEventListener);
    window.WebSocket = ((Real) => class extends Real { })(WebSocket);`;
  const { page, gateway, problems } = await scene(t, {
    body: (gw) => html(`<script>${patched}</script>${tag(gw)}`),
    gateway: { form: [{ name: 'name', label: 'Your name', required: true }] },
  });
  await launcher(page).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Continue' }).click();
  await say(page, 'works');
  const v = await visitor(gateway);
  assert.deepEqual(v.form, { name: 'Ada' });
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'See https://a.example');
  await page.getByRole('link', { name: 'https://a.example' }).waitFor();
  await until(async () => (await states(page)).join() === 'stored');
  gateway.answering = false;
  await say(page, 'kept over a reload');
  await came(gateway, 'kept over a reload');
  gateway.answering = true;
  await page.reload();
  await page.getByText('kept over a reload').waitFor();
  await until(() => entries(v, 'visitor').length === 2);
  await until(async () => (await states(page)).join() === 'stored,stored', 'the history');
  assert.deepEqual(await texts(page), ['works', 'See https://a.example', 'kept over a reload']);
  assert.deepEqual(problems, []);
});

test('robust: styles that hide every button, and layers as high as people make them', async (t) => {
  const { page, gateway } = await scene(t, { body: (gw) => html(`<style>
      button, div, section, span, svg { display: none !important; pointer-events: none !important }
      body, html { pointer-events: none; overflow: hidden } body * { animation: none !important; content-visibility: hidden }
      .banner { all: unset; display: block !important; position: fixed; inset: 0; z-index: 999999999; background: #fff; pointer-events: auto !important }
    </style><div class="banner">We value your cookies</div>${tag(gw)}`) });
  await talk(page, gateway);
  const box = await panel(page).boundingBox();
  assert.equal(Math.round(box.width), 392);
  for (const part of ['tool close', 'input', 'tool more']) {
    assert.equal(await page.locator(`[part="${part}"]`).evaluate((e) => {
      const { left, top, width, height } = e.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      return document.elementFromPoint(x, y)?.localName === 'tresen-chat' && e.contains(e.getRootNode().elementFromPoint(x, y));
    }), true, `${part} is above, and can be pressed`);
  }
});

for (const years of [-9, 9]) {
  test(`robust: a clock that is ${Math.abs(years)} years ${years < 0 ? 'behind' : 'ahead'}`, async (t) => {
    const { page, gateway, context, problems } = await scene(t, { path: '/w/1/manifest.json' });
    await context.addInitScript((ms) => {
      const Real = Date;
      window.Date = class extends Real {
        constructor(...all) { super(...(all.length ? all : [Real.now() + ms])); }
        static now() { return Real.now() + ms; }
      };
    }, years * 31557600000);
    await page.goto(gateway.origin);
    const v = await talk(page, gateway);
    gateway.drop();
    gateway.say(v, 'Nina', 'Missed');
    await say(page, 'After all');
    await until(async () => (await states(page)).join() === 'stored,stored');
    await page.getByText('Missed').waitFor();
    assert.deepEqual(await texts(page), ['Good morning', 'Good morning to you', 'Missed', 'After all'], 'the order is the desk\'s');
    await page.reload();
    await page.getByText('After all').waitFor();
    assert.deepEqual(await texts(page), ['Good morning', 'Good morning to you', 'Missed', 'After all']);
    assert.deepEqual(problems, []);
  });
}

test('robust: a page that sleeps for forty minutes has all of it when somebody looks again', async (t) => {
  const { page, gateway, problems } = await scene(t);
  await page.clock.install();
  const v = await talk(page, gateway);
  const look = (/** @type {boolean} */ away) => page.evaluate((hidden) => {
    for (const [name, value] of Object.entries({ hidden, visibilityState: hidden ? 'hidden' : 'visible' })) Object.defineProperty(document, name, { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, away);
  await look(true);
  // Asleep: no timer is called, the connection dies, and nobody is told.
  await page.clock.pauseAt(Date.now() + 60000);
  gateway.websocket = gateway.bosh = false;
  gateway.drop();
  gateway.say(v, 'Nina', 'Are you still there?');
  await page.clock.fastForward(2400000);
  assert.equal(await page.getByText('Are you still there?').count(), 0);
  gateway.websocket = gateway.bosh = true;
  await page.clock.resume();
  await look(false);
  await page.getByText('Are you still there?').waitFor();
  await say(page, 'I am');
  await until(() => entries(v, 'visitor').length === 2);
  assert.deepEqual(await texts(page), ['Good morning', 'Good morning to you', 'Are you still there?', 'I am']);
  assert.equal(gateway.visitors.length, 1);
  assert.deepEqual(problems, []);
});

test('robust: a slow network that comes and goes: it says so, and each line is there once', async (t) => {
  const { page, gateway, context, problems } = await scene(t);
  const session = await context.newCDPSession(page);
  const slow = { offline: false, latency: 400, downloadThroughput: 50000, uploadThroughput: 50000 }; // a poor 3G
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slow);
  await page.reload();
  const v = await talk(page, gateway);
  for (const word of ['first', 'second']) {
    await context.setOffline(true);
    gateway.websocket = gateway.bosh = false; // Chromium's own switch lets sockets through
    gateway.drop();
    await page.getByText('No connection').waitFor();
    await say(page, `offline, ${word}`);
    gateway.say(v, 'Nina', `missed, ${word}`);
    assert.equal((await states(page)).at(-1), 'sending');
    gateway.websocket = gateway.bosh = true;
    await context.setOffline(false);
    await session.send('Network.emulateNetworkConditions', slow);
    await until(async () => (await states(page)).at(-1) === 'stored', 'the line is stored', 40000);
    await page.getByText(`missed, ${word}`).waitFor();
  }
  assert.deepEqual(await texts(page), ['Good morning', 'Good morning to you', 'missed, first', 'offline, first', 'missed, second', 'offline, second']);
  assert.equal(entries(v, 'visitor').length, 3);
  assert.deepEqual(problems, []);
});

/** The chat and its lines by themselves, as they stand in the sources, in a page with the panel's styles. */
async function bare(t) {
  const { page, gateway, problems } = await scene(t);
  const source = (name) => readFile(new URL(`../../widget/src/${name}`, import.meta.url), 'utf8');
  for (const name of ['chat.js', 'view/log.js', 'view/h.js', 'view/icons.js']) gateway.pages.set(`/src/${name}`, await source(name));
  gateway.pages.set('/panel.css', await source('styles/panel.css'));
  gateway.pages.set('/bare', `<!DOCTYPE html><link rel="stylesheet" href="/panel.css"><div class="frame" style="--height: 700px; --accent: #235; --on-accent: #fff"><section class="panel">
    <div class="middle"></div></section></div>`);
  await page.goto(`${gateway.origin}/bare`);
  await page.evaluate(async () => {
    const [{ Chat }, { Log }] = await Promise.all([import('/src/chat.js'), import('/src/view/log.js')]);
    const store = { get: () => '', set: () => true, all: () => [] };
    /** Lines from 1 to n, an hour apart. */
    window.fill = (n) => {
      const chat = new Chat(store, () => {});
      const log = new Log((key) => key, new Intl.Locale('en'), document.createElement('p'), { visit: {}, links() {}, edited() {} });
      const lines = Array.from({ length: n }, (_, i) => ({ id: `i${i}`, archive: `${i + 1}`, by: i % 3 ? 'agent' : 'visitor', name: i % 3 ? 'Nina' : '', body: `Line ${i} `.repeat(1 + i % 9), time: 1e12 + i * 36e5, seen: 'read' }));
      document.querySelector('.middle').replaceChildren(log.element);
      chat.page('last', lines, { complete: true, first: '1', last: `${n}` });
      log.render(chat);
      return { chat, log };
    };
    /** The median of what it takes, in milliseconds. */
    window.time = (act) => {
      const times = Array.from({ length: 9 }, (_, i) => {
        const begun = performance.now();
        act(i);
        return performance.now() - begun;
      });
      return times.sort((a, b) => a - b)[4];
    };
  });
  return { page, problems };
}

test('robust: with 5,000 lines one more costs little, and scrolling goes on drawing', async (t) => {
  const { page, problems } = await bare(t);
  const measured = await page.evaluate(async () => {
    const results = {};
    for (const n of [100, 5000]) {
      const { chat, log } = window.fill(n);
      const add = window.time((i) => {
        chat.receive({ id: '', archive: `${n + 1 + i}`, by: 'agent', name: 'Nina', body: 'One more', time: 1e12 + (n + i) * 36e5, seen: '' });
        log.render(chat);
      });
      let frames = 0;
      log.element.scrollTop = log.element.scrollHeight;
      const begun = performance.now();
      for (; frames < 60; frames++) {
        log.element.scrollTop -= 150;
        await new Promise(requestAnimationFrame);
      }
      results[n] = { add, frame: (performance.now() - begun) / frames, rows: log.element.querySelectorAll('.row').length };
    }
    // Words for days are dear: none are made for lines that were there.
    let made = 0;
    const real = Date.prototype.toLocaleDateString;
    Date.prototype.toLocaleDateString = function (...all) {
      made += 1;
      return real.apply(this, all);
    };
    const { chat, log } = window.fill(2000);
    results.first = made;
    chat.receive({ id: '', archive: '2001', by: 'agent', name: 'Nina', body: 'One more', time: 1e12 + 2000 * 36e5, seen: '' });
    log.render(chat);
    results.more = made - results.first;
    return results;
  });
  t.diagnostic(JSON.stringify(measured));
  assert.equal(measured[5000].rows, 5009);
  assert.ok(measured[5000].add < measured[100].add * 400, `fifty times as many lines, not the square of it: ${JSON.stringify(measured)}`);
  assert.ok(measured.first < 300 && measured.more < 100, JSON.stringify(measured));
  assert.ok(measured[5000].frame < measured[100].frame * 8, `frames: ${JSON.stringify(measured)}`);
  assert.deepEqual(problems, []);
});
