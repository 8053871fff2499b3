// Every state that a visitor can see, and what brings a page to it: for pictures (pictures.mjs) and for what holds in all of them (access.test.mjs).
// It is reached by parts alone, so that it works in every language.
import { readFile } from 'node:fs/promises';
import { png } from '../browser/picture.mjs';
import { FakeGateway } from './fake_gateway.mjs';
import { isOnline, until } from './tools.mjs';

const SHOP = await readFile(new URL('../../examples/website/index.html', import.meta.url), 'utf8');

const form = [{ name: 'name', label: '', required: true }, { name: 'email', label: '', required: false }];

const open = async (page) => {
  await page.locator('[part=launcher]').click();
  await page.locator('[part=panel]').waitFor();
};
const type = async (page, text) => {
  await page.locator('textarea[part=input]').fill(text);
  await page.locator('textarea[part=input]').press('Enter');
};
const talk = async (page, gateway) => {
  await open(page);
  await type(page, 'Hello, do you roast a decaf that works as an espresso?');
  const v = await until(() => gateway.visitor);
  await until(() => v.chat);
  gateway.join(v, 'Nina');
  gateway.say(v, 'Nina', 'Hi! Yes: Night Watch. Cocoa and fig, and quite a lot of body.');
  gateway.say(v, 'Nina', 'Here is the page: https://harbour.example/coffee/night-watch?from=chat');
  await type(page, 'Great, thank you.\nAnd can you grind it for a Bialetti?');
  await until(() => v.entries.filter((e) => e.by === 'visitor').length === 2);
  const own = v.entries.filter((e) => e.by === 'visitor');
  gateway.mark(v, own[0].id, 'displayed');
  gateway.mark(v, own[1].id, 'received');
  return v;
};

const file = (name, buffer) => ({ name, buffer, mimeType: '' });
const choose = async (page, ...files) => {
  const chooser = page.waitForEvent('filechooser');
  await page.locator('[part~=attach]').click();
  await (await chooser).setFiles(files);
};

/** A visitor with three messages that were left, one of which waits for an answer. */
const seen = async (page, gateway) => {
  gateway.setAvailability('unavailable');
  await open(page);
  await type(page, 'Do you ship to Norway?');
  const v = await until(() => gateway.visitor?.tickets.length && gateway.visitor);
  const [{ number }] = v.tickets;
  v.tickets.push({ number: '1017', state: 'taken', subject: 'هل لديكم قهوة منزوعة الكافيين؟' }, { number: '1003', state: 'solved', subject: 'A parcel that came without the filter papers that I had paid for' });
  gateway.step(v, number, 'taken');
  gateway.reply(v, number, 'Nina', 'Yes, we do. Which town is it?');
  gateway.step(v, number, 'waiting');
  gateway.setAvailability('chat');
  await page.locator('[part~=tickets-all]').waitFor();
  return v;
};

/** A page with several departments: one is there, one is busy, one is closed until tomorrow. */
const offer = async (page, gateway) => {
  const tomorrow = new Date(new Date(Date.now() + 864e5).setHours(9, 0, 0, 0)).toISOString();
  gateway.departments = {
    sales: { name: 'Sales', availability: 'chat' },
    support: { name: 'Help with machines and grinders', availability: 'dnd' },
    returns: { name: 'الإرجاع', availability: 'unavailable', opens: tomorrow },
  };
  gateway.pages.set('/index.html', gateway.pages.get('/index.html').replace('"sales"', '"sales support returns"'));
  await page.reload();
  await open(page);
};

const edit = (gateway, v, more, body) => gateway.line(v, { by: 'agent', name: 'Nina', body }, more);

/** Name of the state → what brings the page to it. @type {Record<string, (page: import('playwright-core').Page, gateway: FakeGateway) => Promise<unknown>>} */
export const STATES = {
  launcher: async () => {},
  choose: async (page, gateway) => {
    await offer(page, gateway);
    await page.locator('[part=choice-hours]', { hasText: '.' }).waitFor();
  },
  choose_failed: async (page, gateway) => {
    await offer(page, gateway);
    await page.locator('[part=choice]').first().waitFor();
    delete gateway.departments.returns;
    await page.reload();
    await open(page);
    await page.locator('[part~=choose-again]').waitFor();
  },
  chosen: async (page, gateway) => {
    await offer(page, gateway);
    await page.locator('[part=choice]').nth(1).click();
    await page.locator('[part~=choose-back]').waitFor();
    await page.locator('[part=intro]', { hasText: '.' }).waitFor();
  },
  chosen_closed: async (page, gateway) => {
    await offer(page, gateway);
    await page.locator('[part=choice]').first().click();
    await type(page, 'Do you ship to Norway?');
    const v = await until(() => gateway.visitor?.chat && gateway.visitor);
    gateway.join(v, 'Nina');
    gateway.say(v, 'Nina', 'Yes, we do.');
    await page.locator('[part~=choose-back]').waitFor({ state: 'hidden' });
    gateway.close(v);
    await page.locator('[part~=choose-back]').waitFor();
  },
  launcher_text: async (page, gateway) => {
    gateway.look = { launcher: 'text', color: '#7a2e12', position: 'left' };
    await page.reload();
    await page.locator('[part=launcher]').waitFor();
  },
  launcher_hint: async (page, gateway) => {
    gateway.availability = 'unavailable';
    gateway.look = { absent: 'hint' };
    await page.reload();
    await page.locator('[part=launcher]').waitFor();
  },
  intro: async (page) => { await open(page); },
  nobody: async (page, gateway) => { gateway.setAvailability('unavailable'); await open(page); },
  hours: async (page, gateway) => {
    const at = (days, hour, minute = 0) => new Date(new Date(Date.now() + days * 864e5).setHours(hour, minute, 0, 0)).toISOString();
    gateway.hours = { opens: at(1, 9), offset: 3600, hours: [1, 2, 3, 4, 5].flatMap((day) => [[at(day, 9), at(day, 12, 30)], [at(day, 13, 30), at(day, 18)]]) };
    gateway.setAvailability('unavailable');
    await open(page);
    await page.locator('[part=hours-again]').waitFor();
  },
  week: async (page, gateway) => {
    await STATES.hours(page, gateway);
    await page.locator('[part=hours] summary').click();
  },
  invitation: async (page, gateway) => {
    gateway.look = { parts: ['invite'] };
    gateway.faces.set('Nina', await readFile(new URL('face.png', import.meta.url)));
    gateway.invitations = [{ id: 'a', text: 'Not sure which bag is yours? I am glad to help you choose.', after: 0 }];
    await page.reload();
    await page.locator('[part=invite-words]', { hasText: '.' }).waitFor();
    await page.locator('canvas').waitFor();
  },
  invited: async (page, gateway) => {
    await STATES.invitation(page, gateway);
    await page.locator('[part=invite-accept]').click();
    await page.locator('[part=hello]').waitFor();
  },
  bulletin: async (page, gateway) => {
    gateway.bulletin = 'We know that payments by card fail just now. By invoice all goes well.';
    await talk(page, gateway);
    await page.locator('[part=bulletin-words]', { hasText: '.' }).waitFor();
  },
  bulletin_intro: async (page, gateway) => {
    gateway.bulletin = 'All is slow today: our provider has a fault, and works on it.\nWe know that payments by card fail just now.';
    await open(page);
    await page.locator('[part=bulletin-words]', { hasText: '.' }).waitFor();
  },
  alerts: async (page, gateway) => {
    await page.addInitScript(() => {
      window.Notification = class { static permission = 'granted'; static requestPermission = async () => 'granted'; close() {} };
    });
    await page.reload();
    await talk(page, gateway);
    await page.locator('[part~=more]').click();
    await page.locator('[part~=alert-notify]').click();
  },
  denied: async (page, gateway) => {
    await page.addInitScript(() => { window.Notification = class { static permission = 'denied'; }; });
    await page.reload();
    await talk(page, gateway);
    await page.locator('[part~=more]').click();
    await page.locator('[part~=alert-notify]').click();
  },
  search: async (page, gateway) => {
    gateway.older = 70;
    await open(page);
    await page.locator('[part=text]').first().waitFor();
    await page.locator('[part~=more]').click();
    await page.locator('[part=find]').click();
    await page.locator('[part=search-input]').fill('line 6');
    await page.locator('[part=hit]').first().waitFor();
  },
  saved: async (page, gateway) => {
    await talk(page, gateway);
    await page.locator('[part~=more]').click();
    await page.locator('[part=save-page]').click();
  },
  form: async (page, gateway) => { gateway.form = form; await open(page); await page.locator('[part~=form]').waitFor(); await page.locator('[part~=continue]').click(); },
  queued: async (page, gateway) => {
    gateway.setAvailability('dnd');
    await open(page);
    await type(page, 'Is there anybody?');
    const v = await until(() => gateway.visitor?.chat && gateway.visitor);
    gateway.enter(v, { state: 'queued', position: 3 });
  },
  left: async (page, gateway) => { gateway.setAvailability('unavailable'); await open(page); await type(page, 'Please call me back: tel:+49301234567'); },
  receipt: async (page, gateway) => {
    gateway.setAvailability('unavailable');
    await open(page);
    await page.locator('[part=intro]', { hasText: '.' }).waitFor();
    await type(page, 'Please call me back about the grinder, and tell me what it costs to repair: tel:+49301234567');
    await page.locator('[part=ticket]').waitFor();
  },
  waiting: async (page, gateway) => {
    await seen(page, gateway);
    await page.locator('[part=target]').waitFor();
  },
  fresh: async (page, gateway) => {
    await seen(page, gateway);
    await page.locator('[part~=target-other]').click();
  },
  tickets: async (page, gateway) => {
    await seen(page, gateway);
    await page.locator('[part~=tickets-all]').click();
  },
  solved: async (page, gateway) => {
    const v = await seen(page, gateway);
    for (const ticket of v.tickets) delete ticket.waits;
    for (const { number } of [...v.tickets]) gateway.step(v, number, 'solved');
    await page.locator('[part=ticket]').first().waitFor({ state: 'hidden' });
  },
  leaving: async (page, gateway) => {
    gateway.setAvailability('dnd');
    await open(page);
    await type(page, 'Is there anybody?');
    const v = await until(() => gateway.visitor?.chat && gateway.visitor);
    gateway.enter(v, { state: 'queued', position: 3 });
    await page.locator('[part~=leave]').waitFor();
  },
  consent: async (page, gateway) => {
    gateway.setAvailability('unavailable');
    gateway.form = [...form, { name: 'consent', type: 'boolean', required: true,
      label: 'I agree that my details are kept until my question is answered, as the privacy notice of Harbour Roasters says.' }];
    await open(page);
    await page.locator('[part~=form]').waitFor();
    await page.locator('[part~=continue]').click();
  },
  asked: async (page, gateway) => {
    gateway.form = [form[0], { name: 'topic', label: 'What is it about?', type: 'list-single', required: true, options: ['An order', 'Wholesale', 'Something else'] },
      { name: 'order', label: 'Number of the order, as RE-1234', pattern: '[Rr][Ee]-[0-9][0-9][0-9][0-9]' }, { name: 'more', label: 'What has happened?', type: 'text-multi' },
      { name: 'parts', label: 'What is broken?', type: 'list-multi', options: ['The glass', 'The lid', 'The filter'] },
      { name: 'news', label: 'Tell me when there is a new roast', type: 'boolean' }];
    await open(page);
    await page.locator('[part~=form]').waitFor();
    await page.locator('[part~=form] input').first().fill('Ada');
    await page.locator('[part~=form] input').nth(1).fill('4711');
    await page.locator('[part~=continue]').click();
  },
  rating: async (page, gateway) => {
    gateway.close(await talk(page, gateway), 'stars');
    await page.locator('[part=rating]').waitFor();
  },
  rated: async (page, gateway) => {
    gateway.close(await talk(page, gateway), 'stars');
    await page.locator('[part=rating-value]').nth(3).click();
    await page.locator('[part=rating-words]').fill('Quick and kind. I would have liked to hear about the delivery, too.');
  },
  thumbs: async (page, gateway) => {
    gateway.close(await talk(page, gateway), 'thumbs');
    await page.locator('[part=rating-value]').first().click();
  },
  thanks: async (page, gateway) => {
    gateway.close(await talk(page, gateway), 'stars');
    await page.locator('[part=rating-value]').nth(4).click();
    await page.locator('[part~=rating-send]').click();
    await page.locator('[part~=rating-change]').waitFor();
  },
  talk,
  face: async (page, gateway) => {
    gateway.faces.set('Nina', await readFile(new URL('face.png', import.meta.url)));
    await talk(page, gateway);
    await page.locator('canvas').waitFor();
  },
  edits: async (page, gateway) => {
    const v = await talk(page, gateway);
    const [own, other] = ['visitor', 'agent'].map((by) => v.entries.filter((e) => e.by === by));
    edit(gateway, v, `<replace xmlns='urn:xmpp:message-correct:0' id='e${other[0].archive}'/>`, 'Hi! Yes: Night Watch. Cocoa, fig and plum.');
    edit(gateway, v, `<retract xmlns='urn:xmpp:message-retract:1' id='e${other[1].archive}'/>`, 'Nina has taken a message back.');
    edit(gateway, v, `<reactions xmlns='urn:xmpp:reactions:0' id='${own[1].id}'><reaction>👍</reaction><reaction>🎉</reaction></reactions>`, 'Nina reacts: 👍 🎉');
    edit(gateway, v, `<reply xmlns='urn:xmpp:reply:0' id='${own[1].id}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>`, '> Great\nYes, as fine as you like.');
    await page.getByText('Yes, as fine as you like.', { exact: true }).waitFor();
  },
  typing: async (page, gateway) => { gateway.types(await talk(page, gateway), true); },
  menu: async (page, gateway) => { await talk(page, gateway); await page.locator('[part~=more]').click(); },
  confirm: async (page, gateway) => { await talk(page, gateway); await page.locator('[part~=more]').click(); await page.locator('[part=forget]').click(); },
  closed: async (page, gateway) => { gateway.close(await talk(page, gateway)); },
  lost: async (page, gateway) => {
    await talk(page, gateway);
    await page.evaluate(() => { Math.random = () => 15; }); // the next attempt is 30 s away: the button for it stands still
    gateway.websocket = false;
    gateway.bosh = false;
    gateway.drop();
    await type(page, 'Are you still there?');
  },
  long: async (page, gateway) => { await talk(page, gateway); await page.locator('textarea[part=input]').fill('word '.repeat(1001)); },
  refused: async (page, gateway) => {
    await talk(page, gateway);
    gateway.refuse = (body) => body === 'One' ? { type: 'wait', condition: 'resource-constraint' } : { type: 'modify', condition: 'not-acceptable' };
    await type(page, 'One');
    await type(page, 'Two');
  },
  failed: async (page, gateway) => {
    await talk(page, gateway);
    gateway.refuse = () => ({ type: 'modify', condition: 'not-acceptable' });
    await type(page, 'This one is not taken');
  },
  unread: async (page, gateway) => {
    const v = await talk(page, gateway);
    await page.keyboard.press('Escape');
    gateway.say(v, 'Nina', 'Of course.');
  },
  files: async (page, gateway) => {
    gateway.upload = 3e6;
    const v = await talk(page, gateway);
    const path = `/w/1/file/${'a'.repeat(52)}`;
    gateway.files.set(`${path}/roast.png`, { type: 'image/png', bytes: png(600, 400) });
    gateway.say(v, 'Nina', `roast.png (12 kB)\nhttps://public.test${path}/roast.png`);
    gateway.say(v, 'Nina', `Prices and deliveries.pdf (1.5 MB)\nhttps://public.test${path}/Prices.pdf`);
    await choose(page, file('moka pot.png', png(300, 420)));
    await page.locator('canvas').nth(1).waitFor();
  },
  sending: async (page, gateway) => {
    gateway.upload = 3e6;
    await talk(page, gateway);
    await page.route('**/w/1/upload/*', () => {});
    await choose(page, file('moka pot.png', png(300, 420)), file('a picture with a rather long name from the holidays.jpg', png(300, 420)), file('film.mp4', Buffer.alloc(4e6)));
    await page.getByRole('progressbar').first().waitFor();
  },
  lost_file: async (page, gateway) => {
    gateway.upload = 3e6;
    await talk(page, gateway);
    await page.route('**/w/1/upload/*', (route) => route.abort());
    await choose(page, file('moka pot.png', png(300, 420)));
    await page.locator('[part~=again]').waitFor();
  },
  history: async (page, gateway) => { gateway.older = 70; await open(page); await page.locator('[part~=log]').hover(); },
};

/**
 * A page in one of the states, before a gateway of its own.
 * @param {import('playwright-core').Browser} browser @param {string} name of the state
 * @param {{lang?: string, context?: object}} [options]
 */
export async function reach(browser, name, { lang = 'en', context: options = {} } = {}) {
  const gateway = await FakeGateway.start();
  gateway.pages.set('/index.html', SHOP.replace('lang="en"', `lang="${lang}"`));
  /** @type {import('playwright-core').BrowserContext|undefined} */
  let context;
  const leave = async () => {
    await context?.close();
    await gateway.stop();
  };
  try {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: lang, ...options });
    const { page, problems } = await visit(context, name, gateway);
    return { page, gateway, context, problems, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** @param {import('playwright-core').BrowserContext} context @param {FakeGateway} gateway */
async function visit(context, name, gateway) {
  await context.addInitScript(isOnline);
  const page = await context.newPage();
  /** What the page complained about. @type {string[]} */
  const problems = [];
  page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`));
  page.on('console', (m) => m.type() === 'error' && !/net::ERR_|WebSocket connection|status of 40/.test(m.text()) && problems.push(`${name}: ${m.text()}`));
  await page.goto(`${gateway.origin}/index.html`);
  await page.locator('[part=launcher]').waitFor();
  await STATES[name](page, gateway);
  return { page, problems };
}
