// Draws docs/pictures/widget-*.png: the demo shop, the widget, the daemon and an agent, all real.
//   node tests/browser/pictures.mjs FOLDER
import { Agent } from './agent.mjs';
import { Stack } from './stack.mjs';
import { launch } from './tools.mjs';
import { begin, input, say, shown, state, Visitor } from './visitor.mjs';

const [folder] = process.argv.slice(2);
const SIZES = {
  desktop: { viewport: { width: 1280, height: 760 } },
  phone: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
};
const stack = await Stack.start('prosody');
const browser = await launch();
const ends = [];
const t = { after: (end) => ends.unshift(end) };
try {
  const nina = await Agent.login(t, stack);
  for (const [size, options] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page } = await Visitor.enter(t, browser, `${stack.url}/index.html`, { ...options, colorScheme });
      await begin(page);
      const question = 'Hello! Do you have a decaf for the moka pot?';
      const before = nina.heard.length;
      await say(page, question);
      const line = await nina.expect((m, body) => nina.heard.indexOf(m) >= before && body === question);
      const contact = line.attrs.from.split('/')[0];
      await nina.say(contact, 'Hello! Yes: Night Watch. Cocoa and fig, and quite a lot of body. https://roast.example/night-watch');
      await shown(page, 'Night Watch');
      await nina.read(line);
      await state(page, 'Hello! Do', 'read');
      await say(page, 'Lovely. Can you grind it, too?');
      await state(page, 'Can you grind it', 'delivered');
      await nina.types(contact);
      await page.getByText('Nina is writing').waitFor();
      if (size === 'desktop') await input(page).focus();
      else await page.locator('[part~=panel]').focus();
      await page.screenshot({ path: `${folder}/widget-${size}-${colorScheme}.png`, animations: 'disabled' });
      await page.close();
    }
  }
} finally {
  for (const end of ends) await end();
  await browser.close();
  await stack.stop();
}
