// Random walks of a visitor through pages, tabs and bad networks, with an agent at the other end.
//   node tests/chaos/walks.mjs [--walks N] [--seed S] [--build DIR] [--server prosody|ejabberd]
// Walk i has the seed S + i: `--walks 1 --seed THAT` plays it again. A line for each walk that fails; the last line is
// "N passed, N failed". An oracle looks at what all open tabs show and at what the agent has, at the end of each walk.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { Agent } from '../browser/agent.mjs';
import { launch, until } from '../browser/tools.mjs';
import { begin, input, say, Visitor } from '../browser/visitor.mjs';

const { values: options } = parseArgs({ options: {
  walks: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 1e6) },
  build: { type: 'string' }, server: { type: 'string', default: 'prosody' },
} });
if (options.build) process.env.TRESEN_BUILD = options.build;
const { Stack } = await import('../browser/stack.mjs');

const STEPS = 7;
const MAX_TABS = 3;
/** A step that takes so long hangs; how long a whole walk takes is the machine's affair. */
const STEP_LIMIT_MS = 60000;
const RECEIPTS = 'urn:xmpp:receipts';
const PATHS = ['/one', '/two', '/three'];

/** The same numbers for the same seed (mulberry32). */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

/** While Chromium swaps a page with one of its cache, it takes no order: "Not attached to an active page". */
const move = (page, how, ...where) => until(async () => {
  await page[how](...where, { waitUntil: 'commit' });
  return true;
}, how);

/** What one tab shows: own lines with their state, the agent's with ''. */
const shown = (page) => page.locator('[part~=row]').evaluateAll((rows) => rows
  .filter((row) => row.querySelector('[part=text]'))
  .map((row) => ({ text: row.querySelector('[part=text]').textContent, state: row.querySelector('[part=state]')?.dataset.state || '' })));

class Walk {
  /** What happened, for who reads a failure. */
  steps = [];
  #said = 0;
  #answered = 0;
  /** Text → id of what the agent wrote. */
  answers = new Map();
  /** Called with each step that begins. */
  onstep = () => {};

  constructor(stack, agent, visitor, seed) {
    Object.assign(this, { stack, agent, visitor, roll: dice(seed), name: `w${seed}`, tabs: [visitor.page], mine: [] });
  }

  get tab() {
    return this.tabs[this.roll(this.tabs.length)];
  }

  async visitorSays(page = this.tab) {
    const text = `${this.name}-v${++this.#said}.`;
    await say(page, text);
    this.mine.push(text);
    return text;
  }

  async agentSays() {
    const text = `${this.name}-a${++this.#answered}.`;
    this.answers.set(text, await this.agent.say(this.contact, text));
    return text;
  }

  /** Both, one or none of them, without waiting for anything. */
  async talk() {
    const who = this.roll(4);
    if (who & 1) await this.visitorSays();
    if (who & 2) await this.agentSays();
  }

  acts = {
    reload: () => move(this.tab, 'reload'),
    navigate: () => move(this.tab, 'goto', this.stack.website.origin + PATHS[this.roll(PATHS.length)]),
    back: async () => {
      const { tab } = this;
      await move(tab, 'goBack');
      if (!tab.url().startsWith('http')) await move(tab, 'goForward'); // the blank page that a tab begins with
    },
    forward: () => move(this.tab, 'goForward'),
    tab: async () => {
      if (this.tabs.length < MAX_TABS) this.tabs.push(await this.visitor.open(this.stack.website.origin + PATHS[this.roll(PATHS.length)]));
    },
    close: async () => {
      if (this.tabs.length < 2) return;
      const [gone] = this.tabs.splice(this.roll(this.tabs.length), 1);
      // COMPAT: Chromium 156 takes the order to close a page at the moment in which its reload is committed, and forgets it.
      // The page itself is asked: of one that came back from the cache Playwright does not know that it was ever loaded.
      await until(() => gone.evaluate(() => document.readyState !== 'loading'), 'the page that closes');
      await gone.close();
    },
    cut: () => this.stack.relay.cut(),
    offline: async () => {
      const { tab } = this;
      await input(tab).waitFor();
      this.stack.relay.hold();
      await this.visitor.context.setOffline(true);
      await this.visitorSays(tab);
      await this.talk();
      this.stack.relay.mend();
      await this.visitor.context.setOffline(false);
    },
    kill: async () => {
      await this.stack.order('kill');
      await this.talk();
      await this.stack.order('start');
    },
  };

  async play() {
    await begin(this.tabs[0]);
    const first = await this.visitorSays(this.tabs[0]);
    this.contact = (await this.agent.line(first)).contact;
    await this.agentSays();
    const names = Object.keys(this.acts);
    for (let i = 0; i < STEPS; i++) {
      const name = names[this.roll(names.length)];
      this.#begin(name);
      await this.acts[name]();
      await this.talk();
    }
    this.#begin('settle');
    await this.#settle();
  }

  #begin(step) {
    this.steps.push(step);
    this.onstep(step);
  }

  /** Whom the desk has told that it has an agent's line. */
  #acknowledged() {
    const ids = new Set(this.agent.heard.map((m) => m.getChild('received', RECEIPTS)?.attrs.id));
    return [...this.answers].filter(([, id]) => ids.has(id)).map(([text]) => text);
  }

  /** All is said: the last lines go both ways, then the oracle looks until it is content, or the time is over. */
  async #settle() {
    const last = await this.visitorSays();
    await this.agent.line(last);
    const answer = await this.agentSays();
    await until(() => this.#acknowledged().includes(answer), 'the receipt of the last answer');
    await until(async () => {
      await this.#judge();
      return true;
    }, 'the oracle');
    this.visitor.clean();
  }

  async #judge() {
    const acknowledged = this.#acknowledged();
    let order;
    for (const [i, page] of this.tabs.entries()) {
      const lines = await shown(page);
      const texts = lines.map(({ text }) => text);
      const once = (text) => assert.equal(texts.filter((t) => t === text).length, 1, `${text} is shown once in tab ${i}: ${texts}`);
      assert.equal(new Set(texts).size, texts.length, `nothing is shown twice in tab ${i}: ${texts}`);
      assert.deepEqual(texts.filter((text) => !text.startsWith(`${this.name}-`)), [], `nobody else's lines in tab ${i}`);
      for (const text of [...this.mine, ...acknowledged]) once(text);
      for (const { text, state } of lines) {
        assert.ok(!['sending', 'failed'].includes(state), `${text} is ${state} in tab ${i}`);
        if (state) assert.ok(this.agent.count(text), `${text} is ${state}, and the agent has it`);
      }
      const answers = texts.filter((text) => this.answers.has(text)).map((text) => +text.split('-a')[1]);
      assert.deepEqual(answers, answers.toSorted((a, b) => a - b), 'answers in their order');
      assert.deepEqual(texts, order ??= texts, 'all tabs show the same order');
    }
  }
}

/** @param {number} seed */
async function walk(stack, agent, browser, seed) {
  const ends = [];
  const visitor = await Visitor.enter({ after: (end) => ends.unshift(end) }, browser, stack.website.origin + PATHS[0]);
  const made = new Walk(stack, agent, visitor, seed);
  let timer;
  try {
    const hangs = new Promise((_, reject) => {
      made.onstep = (step) => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new Error(`${step} hangs`)), STEP_LIMIT_MS);
      };
    });
    made.onstep('the beginning');
    await Promise.race([made.play(), hangs]);
  } catch (error) {
    stack.relay.mend();
    const tabs = await Promise.all(made.tabs.map((page) => shown(page).catch((trouble) => [{ text: trouble.message, state: '' }])));
    const seen = tabs.map((lines) => lines.map(({ text, state }) => `${text}${state}`).join(' ')).join(' | ');
    error.message = `${error.message.slice(0, 300).replaceAll('\n', ' ')} (${made.steps.join(', ')}; tabs: ${seen})`;
    throw error;
  } finally {
    clearTimeout(timer);
    if (made.contact && agent.xmpp.status === 'online') await agent.say(made.contact, '!end');
    for (const end of ends) await end();
  }
}

const first = Number(options.seed);
const ends = [];
let passed = 0;
let failed = 0;
console.log(`${options.walks} walks on ${options.server}, seed ${first}`);
const stack = await Stack.start(options.server);
const browser = await launch({ whole: true }); // its walks go back and forward
try {
  for (const path of PATHS) stack.website.put(path, stack.tag('sales', '', stack.relay.origin));
  const agent = await Agent.login({ after: (end) => ends.unshift(end) }, stack);
  for (let seed = first; seed < first + Number(options.walks); seed++) {
    try {
      await walk(stack, agent, browser, seed);
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAIL walk --walks 1 --seed ${seed}: ${error.message}`);
      if (agent.error || agent.lost) throw error; // no walk can go on without the agent
    }
  }
} finally {
  for (const end of ends) await end();
  await browser.close();
  await stack.stop().catch((error) => {
    failed++;
    console.log(`FAIL ${error.message}`);
  });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
