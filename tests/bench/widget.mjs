// What the widget costs the page it is on: the main thread's time for the loader, on a machine four times as slow, and the time from the click to an input
// that takes letters, on loopback. Medians of ten. Writes the section "The widget" of docs/PERFORMANCE.md:
//   node tests/bench/widget.mjs [RUNS]
// It wants the machine for itself. Bytes and requests are what the ordinary run holds to (widget/size.mjs, tests/browser/cases/surroundings.mjs).
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { FakeGateway } from '../widget/fake_gateway.mjs';
import { launch } from '../widget/tools.mjs';

const PAGE = new URL('../../docs/PERFORMANCE.md', import.meta.url);
const HEADING = '## The widget\n';
const SLOWER = 4;
const runs = +process.argv[2] || 10;
const GOALS = { loader: 15, usable: 150 };

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** The main thread's own time, in milliseconds, for all that comes of the loader: compiling, running, its callbacks. */
async function loader(browser, gateway) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile'] });
  await page.goto(`${gateway.origin}/page`);
  await page.waitForTimeout(1000); // nothing is asked of the page meanwhile: that would be counted, too
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  if (!await page.locator('[part=launcher]').count()) throw new Error('no launcher after a second');
  await context.close();
  const ours = traceEvents.filter((e) => e.ph === 'X' && /^(EvaluateScript|v8\.compile|FunctionCall|RunMicrotasks)$/.test(e.name) &&
    (e.name === 'RunMicrotasks' || /loader\.js/.test(e.args?.data?.url || e.args?.fileName || '')));
  // What is inside another of them is counted with that.
  const outer = ours.filter((e) => !ours.some((o) => o !== e && o.tid === e.tid && o.ts <= e.ts && o.ts + o.dur >= e.ts + e.dur && (o.dur > e.dur || ours.indexOf(o) < ours.indexOf(e))));
  return outer.reduce((sum, e) => sum + (e.tdur ?? e.dur), 0) / 1000;
}

/** From the click to the next frame after the input has the focus. Nothing was fetched before. */
async function usable(browser, gateway) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${gateway.origin}/page`);
  const button = page.locator('[part=launcher]');
  await button.waitFor();
  const took = page.evaluate(() => new Promise((done) => {
    const { shadowRoot: root } = document.querySelector('tresen-chat');
    let begun = 0;
    root.querySelector('.launcher').addEventListener('pointerdown', () => { begun = performance.now(); }, { once: true });
    root.addEventListener('focusin', ({ target }) => target.localName === 'textarea' && requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))));
  }));
  // Who points and presses at once: the pointer's coming fetches nothing beforehand.
  const { x, y, width, height } = await button.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.up();
  const ms = await took;
  await context.close();
  return ms;
}

const gateway = await FakeGateway.start();
gateway.pages.set('/page', `<!DOCTYPE html><html lang="en"><title>A page</title><p>Hello</p><script async src="${gateway.origin}/w/1/loader.js" data-department="sales"></script></html>`);
const browser = await launch({ whole: true });
const figures = { loader: [], usable: [] };
for (let i = 0; i < runs; i++) {
  figures.loader.push(await loader(browser, gateway));
  figures.usable.push(await usable(browser, gateway));
}
const version = browser.version();
await browser.close();
await gateway.stop();

const row = (what, name) => `| ${what} | ${median(figures[name]).toFixed(1)} ms | ${Math.max(...figures[name]).toFixed(1)} ms | ${GOALS[name]} ms |\n`;
const section = `${HEADING}
Written by \`node tests/bench/widget.mjs\` on ${new Date().toISOString().slice(0, 10)} (${cpus().length} cores, Chromium ${version}); built by \`npm run build\`, gateway and page on loopback.

| of ${runs} runs | median | slowest | goal |
|---|---|---|---|
${row(`the loader: the main thread's time, at ${SLOWER} × slower, from tracing`, 'loader')}${row('from the press to an input that takes letters, nothing fetched before', 'usable')}
`;
const old = await readFile(PAGE, 'utf8');
const at = old.indexOf(HEADING);
const next = at < 0 ? -1 : old.indexOf('\n## ', at + HEADING.length);
const before = at < 0 ? old.indexOf('## In the ordinary run') : at;
await writeFile(PAGE, old.slice(0, before) + section + old.slice(at < 0 ? before : next + 1));
console.log(section);
