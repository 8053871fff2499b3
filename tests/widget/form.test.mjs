// The built widget in Chromium: what is asked before a chat begins, by all kinds of fields. Against the fake gateway.
import assert from 'node:assert/strict';
import test from 'node:test';
import { barriers, CSP, launcher, panel, say, scene, visitor } from './scene.mjs';
import { until } from './tools.mjs';

const headers = (gw) => ({ 'content-security-policy': CSP(gw) });
const FORM = [
  { name: 'name', label: 'Your name', required: true },
  { name: 'topic', label: 'Topic', type: 'list-single', required: true, options: ['Billing', 'Delivery'] },
  { name: 'order', label: 'Order, as RE-1234', pattern: '[Rr][Ee]-[0-9][0-9][0-9][0-9]' },
  { name: 'more', label: 'What has happened?', type: 'text-multi' },
  { name: 'parts', label: 'Which parts?', type: 'list-multi', required: true, options: ['left', 'right', 'lid'] },
  { name: 'news', label: 'Send me news', type: 'boolean' },
];
const proceed = (page) => page.getByRole('button', { name: 'Continue' }).click();
const focused = (page) => page.evaluate(() => document.querySelector('tresen-chat').shadowRoot.activeElement?.id);

test('form: all kinds of fields; what is missing or wrong is said beside it, and has the focus', async (t) => {
  const { page, gateway, problems } = await scene(t, { gateway: { form: FORM }, headers });
  await launcher(page).click();
  await page.getByLabel('Your name').waitFor();
  await until(async () => await focused(page) === 'field-name', 'the focus');
  await proceed(page);
  assert.equal(await page.getByText('Please fill this in.').count(), 3);
  assert.equal(gateway.visitor.form, undefined);
  await barriers(page, 'missing');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Topic').selectOption('Delivery');
  await page.getByLabel('Order, as RE-1234').fill('4711');
  await page.getByRole('group', { name: 'Which parts?' }).getByLabel('left').check();
  await proceed(page);
  await page.getByText('Please check this.').waitFor();
  assert.equal(await page.getByText('Please fill this in.').count(), 0);
  assert.equal(await focused(page), 'field-order');
  await barriers(page, 'wrong');
  await page.getByLabel('Order, as RE-1234').fill('re-0042');
  await page.getByLabel('What has happened?').fill('The lid\nis broken.');
  await page.getByRole('group', { name: 'Which parts?' }).getByLabel('lid').check();
  await page.getByLabel('Send me news').check();
  await proceed(page);
  await page.locator('textarea:focus').waitFor();
  assert.deepEqual(gateway.visitor.form, { name: 'Ada', topic: 'Delivery', order: 're-0042', more: 'The lid\nis broken.', parts: 'left\nlid', news: '1' });
  await say(page, 'Hello');
  const v = await visitor(gateway);
  v.form = undefined;
  gateway.close(v);
  await page.getByLabel('Topic').waitFor();
  assert.equal(await page.getByLabel('Topic').inputValue(), '', 'each chat is asked anew');
  assert.deepEqual(problems, []);
});

test('form: what the desk does not take is asked again, and said so', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { form: [FORM[1]] } });
  await launcher(page).click();
  await page.getByLabel('Topic').selectOption('Billing');
  gateway.takesNoForm = true;
  await proceed(page);
  await page.getByRole('alert').getByText('Please check this.').waitFor();
  gateway.takesNoForm = false;
  await proceed(page);
  await panel(page).locator('textarea:focus').waitFor();
});

test('form: what is optional is asked once, and can be skipped', async (t) => {
  const { page, gateway } = await scene(t, { gateway: { form: [FORM[5]] } });
  await launcher(page).click();
  await page.getByLabel('Send me news').waitFor();
  await page.getByRole('button', { name: 'Skip' }).click();
  await panel(page).locator('textarea:focus').waitFor();
  await say(page, 'Hello');
  const v = await visitor(gateway);
  gateway.close(v);
  await page.getByText('This chat has ended').waitFor();
  assert.equal(await page.getByLabel('Send me news').count(), 0);
});
