// How was this chat? And what becomes of it: the agent's line, the report, which is one page that asks for nothing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Agent } from '../agent.mjs';
import { check } from '../axe.mjs';
import { begin, say, shown, Visitor } from '../visitor.mjs';

const run = promisify(execFile);
const PROGRAM = `${process.env.TRESEN_BUILD || fileURLToPath(new URL('../../../build/release', import.meta.url))}/tresen`;

/** What `tresen` prints beside the running daemon. */
async function tresen(stack, ...words) {
  const { stdout } = await run(PROGRAM, [...words, '-c', `${stack.directory}/daemon/tresen.yml`], { maxBuffer: 1 << 24 });
  return stdout;
}

const rating = (page) => page.locator('[part=rating]');

export default {
  async 'a chat is rated with the keyboard, its agent reads it, and the next page does not ask again'(t, { stack, browser }) {
    const url = stack.website.put('/rating', stack.tag('advice'));
    const nina = await Agent.login(t, stack, '', { department: 'advice' });
    const visitor = await Visitor.enter(t, browser, url);
    const { page } = visitor;
    await begin(page);
    await say(page, 'Which coffee is it?');
    const { contact } = await nina.line('Which coffee is it?');
    await nina.say(contact, 'Night Watch.');
    await shown(page, 'Night Watch.');
    await nina.say(contact, '!end');
    await rating(page).waitFor();
    await check(page, 'asked');
    await page.getByRole('radio', { name: '1 of 5 stars' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Quick & kind');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await rating(page).getByText('Thank you.').waitFor();
    await check(page, 'sent');
    await nina.expect((m, body) => m.attrs.from?.startsWith(nina.department) && body.includes('4 of 5. "Quick & kind"'), 'the rating');
    const later = await visitor.open(url);
    await begin(later);
    await shown(later, 'Night Watch.');
    await later.waitForLoadState('networkidle');
    await later.waitForTimeout(300);
    assert.equal(await rating(later).isVisible(), false);
    visitor.clean();
  },

  async 'the report is one page: it asks for nothing, on a screen, on a phone, in the dark, on paper'(t, { stack, browser }) {
    const url = stack.website.put('/report', stack.tag('advice'));
    const nina = await Agent.login(t, stack, '', { department: 'advice' });
    const visitor = await Visitor.enter(t, browser, url);
    await begin(visitor.page);
    await say(visitor.page, 'For the report');
    const { contact } = await nina.line('For the report');
    await nina.say(contact, 'Gladly.');
    await nina.say(contact, '!end');
    await rating(visitor.page).waitFor();
    await visitor.page.getByRole('radio', { name: '5 of 5 stars' }).check();
    await visitor.page.getByRole('button', { name: 'Send', exact: true }).and(visitor.page.locator('[part~=rating-send]')).click();
    await nina.expect((m, body) => body.includes('5 of 5'), 'the rating');
    const file = `${stack.directory}/report.html`;
    await writeFile(file, await tresen(stack, 'report', 'week', '--html'));
    for (const colorScheme of ['light', 'dark']) {
      for (const viewport of [{ width: 1200, height: 900 }, { width: 320, height: 640 }]) {
        const context = await browser.newContext({ colorScheme, viewport });
        t.after(() => context.close());
        const page = await context.newPage();
        const requests = [];
        const problems = [];
        page.on('request', (request) => requests.push(request.url()));
        page.on('console', (m) => problems.push(m.text()));
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(pathToFileURL(file).href);
        await page.waitForLoadState('networkidle');
        await page.getByRole('heading', { name: 'Ratings' }).waitFor();
        for (const details of await page.locator('details').all()) await details.locator('summary').click();
        const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(wide <= inner, `the page is ${wide} wide in ${inner}`);
        await check(page, `${colorScheme} ${viewport.width}`);
        const paper = await page.pdf({ format: 'A4' });
        assert.ok(paper.length > 10000);
        assert.deepEqual(requests, [pathToFileURL(file).href]);
        assert.deepEqual(problems, []);
      }
    }
  },
};
