// The built widget in Chromium: files in the log, and the visitor's own on their way, against the fake gateway.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { asked, CSP, launcher, say, scene, settled, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const FACE = await readFile(new URL('face.png', import.meta.url));
const PATH = `/w/1/file/${'a'.repeat(52)}`;
const headers = (gw) => ({ 'content-security-policy': CSP(gw) });

test('attach: an agent\'s link becomes a picture, from the gateway, on a page with a strict policy; it is not called edited', async (t) => {
  const { page, gateway, problems } = await scene(t, { headers });
  gateway.files.set(`${PATH}/face.png`, { type: 'image/png', bytes: FACE });
  gateway.files.set(`${PATH}/page.html`, { type: 'application/octet-stream', bytes: Buffer.from('<b>') });
  gateway.files.set(`${PATH}/liar.png`, { type: 'application/octet-stream', bytes: Buffer.from('<b>') });
  await launcher(page).click();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.join(v, 'Nina');
  const link = gateway.say(v, 'Nina', 'https://upload.test/1/face.png');
  await page.getByRole('link', { name: 'https://upload.test/1/face.png' }).waitFor();
  gateway.line(v, { by: 'agent', name: 'Nina', body: `face.png (1 kB)\nhttps://public.test${PATH}/face.png` }, `<replace xmlns='urn:xmpp:message-correct:0' id='e${link.archive}'/>`);
  await page.getByRole('img', { name: 'face.png' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Nina has sent a file: face.png' }).waitFor({ state: 'attached' });
  const row = page.locator(`[data-id="${link.id}"]`);
  assert.equal(await row.locator('[part~=corrected]').isVisible(), false);
  assert.equal(await row.getByRole('link').getAttribute('href'), `${gateway.origin}${PATH}/face.png`);
  gateway.say(v, 'Nina', `page.html (3 B)\nhttps://public.test${PATH}/page.html`);
  gateway.say(v, 'Nina', `liar.png (3 B)\nhttps://public.test${PATH}/liar.png`);
  for (const name of ['page.html', 'liar.png']) {
    const card = page.getByRole('link', { name: new RegExp(`${name}.*3 B · Download`, 's') });
    await card.waitFor();
    assert.equal(await card.locator('canvas').count(), 0);
  }
  assert.equal(await page.locator('canvas').count(), 1);
  assert.deepEqual(problems, []);
});

test('attach: a file that is not taken at first goes again; in German sizes have a comma', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { upload: 1500000, status: 507 }, lang: 'de', headers });
  await page.locator('[part=launcher]').click();
  await say(page, 'Guten Tag');
  const v = await visitor(gateway);
  const button = page.getByRole('button', { name: 'Datei anhängen' });
  await button.waitFor();
  assert.equal(await button.getAttribute('title'), 'Datei anhängen (bis 1,5 MB)');
  const chooser = page.waitForEvent('filechooser');
  await button.click();
  await (await chooser).setFiles([{ name: 'bild.png', buffer: FACE, mimeType: 'image/png' }]);
  await page.getByText('Dateien können gerade nicht aufbewahrt werden.').first().waitFor();
  assert.equal(v.entries.length, 1);
  gateway.status = 201;
  await page.getByRole('button', { name: 'Noch einmal' }).click();
  await page.getByRole('img', { name: 'bild.png' }).waitFor();
  await until(() => v.entries.length === 2, 'the line');
  assert.match(v.entries[1].body, /^https:\/\/public\.test\/w\/1\/file\/[a-z2-7]{52}\/bild\.png$/);
  assert.equal(await page.locator('[part~=upload]').count(), 0);
  assert.deepEqual(problems.filter((problem) => !problem.includes('507')), []); // Chromium itself tells of that one
});

test('attach: it is fetched when the chat begins, or when a file comes over the panel before', async (t) => {
  const { page, gateway, add } = await scene(t, { gateway: { upload: 1500000 } });
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().replace(/.*\//, '')));
  await launcher(page).click();
  await until(() => asked(gateway), 'the history to be asked for');
  await settled(page);
  assert.deepEqual(fetched.filter((name) => /^(attach|en-more)/.test(name)), []);
  await say(page, 'Hello');
  await page.getByRole('button', { name: 'Attach a file' }).waitFor();
  gateway.close(await visitor(gateway));
  await page.getByRole('button', { name: 'Attach a file' }).waitFor({ state: 'hidden' });
  const second = await add();
  await launcher(second).click();
  await second.getByText('Hello', { exact: true }).waitFor();
  const has = () => second.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/attach.js')));
  assert.equal(await has(), false);
  // A browser says so again and again, as long as the file is over it.
  await until(() => second.locator('[part=panel]').evaluate((panel) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'x.txt'));
    return !panel.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
  }), 'the panel to keep the browser from leaving the page for the file');
  assert.equal(await has(), true);
  assert.equal(await second.getByRole('button', { name: 'Attach a file' }).isVisible(), false);
});

test('attach: where no files are taken there is no button, and nothing is fetched for it', async (t) => {
  const { page, gateway } = await scene(t);
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url()));
  await launcher(page).click();
  await say(page, 'Hello');
  await visitor(gateway);
  await page.locator('[data-state=stored]').waitFor();
  assert.equal(await page.locator('[part~=attach]').count(), 0);
  assert.equal(fetched.filter((url) => url.endsWith('/attach.js')).length, 0);
});
