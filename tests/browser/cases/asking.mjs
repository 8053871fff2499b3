// What agents offer to visitors.
import assert from 'node:assert/strict';
import { Agent } from '../agent.mjs';
import { begin, launcher, say, shown, Visitor } from '../visitor.mjs';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
const PICTURES = process.env.TRESEN_PICTURES;

const picture = (page, name) => PICTURES && page.screenshot({ path: `${PICTURES}/push-${name}.png`, animations: 'disabled' });

export default {
  async 'a page is offered: declined, then opened in the same tab, and the agent knows'(t, { stack, browser }) {
    const nina = await Agent.login(t, stack);
    for (const [size, options] of [['desktop', {}], ['phone', PHONE]]) {
      const visitor = await Visitor.enter(t, browser, `${stack.url}/index.html`, options);
      const { page } = visitor;
      const prices = `${stack.url}/prices.html?of=${size}`;
      await begin(page);
      await say(page, `What does it cost on a ${size}?`);
      const { contact } = await nina.line(`What does it cost on a ${size}?`);
      await nina.say(contact, 'Let me look.');
      await shown(page, 'Let me look.');
      await nina.say(contact, `!push ${stack.url}/index.html?no=${size}`);
      const no = page.getByRole('button', { name: 'No, thanks' });
      await no.focus();
      await picture(page, `${size}-offered`);
      await no.press('Enter');
      await nina.expect((m, body) => body.includes('does not want') && body.includes(`no=${size}`), 'that it was declined');
      await page.getByText('You did not want this page.').first().waitFor();
      await nina.say(contact, `!push ${prices} All our prices are here:`);
      await shown(page, 'All our prices are here:');
      await picture(page, `${size}-both`);
      assert.equal(page.url(), `${stack.url}/index.html`, 'nothing opens by itself');
      await page.getByRole('link', { name: 'Open page' }).last().click();
      await page.waitForURL(prices);
      await nina.expect((m, body) => body.includes('has opened') && body.includes(`of=${size}`), 'that it was opened');
      if (size === 'phone') await launcher(page).click(); // it would cover the page
      await page.getByText('You have opened this page.').waitFor();
      await page.getByText('You did not want this page.').waitFor();
      assert.equal(await page.getByRole('button', { name: 'No, thanks' }).count(), 0, 'what is answered stays so');
      await picture(page, `${size}-answered`);
      visitor.clean();
    }
  },
};
