// axe-core over a page as it is now.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param {string} what state it is in, for the failure */
export async function check(page, what) {
  // Animations over: half-transparent text has no contrast.
  await page.waitForFunction(() => (document.querySelector('tresen-chat')?.shadowRoot.getAnimations() || []).every((a) => a.effect.getTiming().iterations === Infinity));
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => `${node.target}: ${node.failureSummary}`)]), [], what);
}
