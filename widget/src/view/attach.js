/**
 * The visitor's files: a button beside the input, files that are dropped on the panel or pasted, and a line for each until it
 * is sent; from then on it is a line like any other. Fetched when a chat is going on in which the desk takes files, or when one is dragged over the panel, so it is a
 * file of its own in the bundle, with its styles. The button is there while a chat is going on.
 *
 * @typedef {import('../uploads.js').Upload} Upload
 * @typedef {{element: HTMLElement, bar: HTMLElement, done: HTMLElement, size: HTMLElement, problem: HTMLElement, words: HTMLElement, again: HTMLElement, stop: HTMLElement}} Row
 */
import { sizeOf, spell } from '../file.js';
import css from '../styles/attach.css';
import fileCss from '../styles/file.css';
import { askSlot, atGateway, mayTryAgain, put, Uploads } from '../uploads.js';
import { keepEnd, label } from './file_card.js';
import { tool } from './h.js';
import { CLIP } from './icons.js';

const sheets = css + fileCss;
export { sheets as css };

/** Longer than this nothing is dragged over the panel: it has gone elsewhere. */
const DRAG_MS = 400;

/** Files, and no folders. @param {DataTransfer} data */
const filesOf = ({ items }) => /** @type {File[]} */ ([...items].filter((item) => item.kind === 'file' && !item.webkitGetAsEntry?.()?.isDirectory)
  .map((item) => item.getAsFile()).filter(Boolean));

/**
 * @param {{attribute: typeof import('./h.js').attribute, button: typeof import('./h.js').button, h: typeof import('./h.js').h, say: typeof import('./h.js').say}} dom
 * @param {import('../main.js').Words} t
 * @param {HTMLElement} panel @param {Parameters<typeof askSlot>[0]} stream
 * @param {{to: string, say(text: string): boolean}} visit @param {string} gateway
 * @returns {(max: number) => void} so many bytes may a file have now; 0: none can be sent, as no chat is going on
 */
// eslint-disable-next-line max-lines-per-function -- one button, and what comes in by it
export function make({ attribute, button, h, say }, t, panel, stream, visit, gateway) {
  let open = false;
  const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (panel.querySelector(`.${part}`));
  const input = /** @type {HTMLInputElement} */ (h('input', { type: 'file', multiple: true, hidden: true, onchange: () => {
    add([.../** @type {FileList} */ (input.files)]);
    input.value = '';
  } }));
  const opener = tool('tool attach', t('file.add'), CLIP, () => input.click());
  const list = h('div', { class: 'uploads' });
  const news = h('span', { class: 'words', role: 'status' });
  const cover = h('div', { class: 'drop', hidden: true, 'aria-hidden': 'true' }, t('file.here'));
  /** @type {Map<Upload, Row>} */
  const rows = new Map();
  const uploads = new Uploads({
    slot: (file) => askSlot(stream, visit.to, file),
    put: (url, file, moved) => put(atGateway(url, gateway), file, moved),
    say: (address) => visit.say(address),
    changed: show,
  });
  const words = (/** @type {string} */ problem) => t(problem === 'full' ? 'full' : `file.${problem}`, { size: spell(sizeOf(uploads.max), t) });
  const stay = (/** @type {Event} */ event) => event.preventDefault();

  /** @param {File[]} files */
  function add(files) {
    if (!open) return;
    uploads.add(files);
    const log = find('log');
    log.scrollTop = log.scrollHeight;
  }

  /** @param {Upload} upload @returns {Row} */
  function makeRow(upload) {
    const { name } = upload.file;
    const done = h('i');
    const bar = h('div', { class: 'progress', role: 'progressbar', 'aria-label': name, 'aria-valuemin': '0', 'aria-valuemax': '100' }, done);
    const size = h('span');
    const stop = button('link stop', () => uploads.cancel(upload));
    const again = button('link again', () => uploads.again(upload), t('retry'));
    const what = h('span');
    const problem = h('div', { class: 'problem' }, what, ' ', again);
    const element = h('div', { class: 'row visitor upload', role: 'group', 'aria-label': name },
      h('div', { class: 'bubble' }, h('div', { class: 'file' }, ...label(h, name, size)), bar, stop), problem);
    const row = { element, bar, done, size, problem, words: what, again, stop };
    rows.set(upload, row);
    keepEnd(find('lines'), () => list.append(element));
    return row;
  }

  /** @param {Upload} upload */
  function show(upload) {
    const { state, file: { name, size }, problem } = upload;
    (uploads.busy ? addEventListener : removeEventListener)('beforeunload', stay);
    if (state === 'gone' || state === 'sent') {
      remove(upload);
      say(news, t(`file.${state}`, { name }));
      return;
    }
    const row = rows.get(upload) || makeRow(upload);
    const failed = state === 'failed';
    const percent = String(Math.min(100, Math.round(upload.loaded / size * 100)) || 0);
    const [now, what] = [t(failed ? 'file.drop' : 'no'), failed ? words(problem) : ''];
    attribute(row.bar, 'aria-valuenow', percent);
    row.done.style.width = `${percent}%`;
    row.bar.hidden = failed;
    say(row.size, spell(sizeOf(size), t) + (state === 'waiting' ? ` · ${t('file.waiting')}` : ''));
    say(row.stop, now);
    attribute(row.stop, 'aria-label', `${now}: ${name}`);
    const focused = row.again.matches(':focus');
    row.again.hidden = !mayTryAgain(upload);
    if (focused && row.again.hidden) row.stop.focus();
    keepEnd(list, () => {
      row.problem.hidden = !failed;
      say(row.words, what);
    });
    if (failed) say(news, `${name}: ${what}`);
    else if (state === 'sending' && !upload.loaded) say(news, t('file.sending', { name }));
  }

  /** @param {Upload} upload */
  function remove(upload) {
    const row = rows.get(upload);
    rows.delete(upload);
    const focused = row?.element.matches(':focus-within');
    row?.element.remove();
    if (focused) (opener.hidden ? panel : opener).focus();
  }

  const dragging = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes('Files')) return undefined;
    event.preventDefault(); // the browser would leave the page for the file
    event.stopPropagation();
    return event.dataTransfer;
  };
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let leaving;
  panel.addEventListener('dragover', (event) => {
    const data = dragging(event);
    if (!data) return;
    data.dropEffect = open ? 'copy' : 'none';
    cover.hidden = !open;
    clearTimeout(leaving);
    leaving = setTimeout(() => { cover.hidden = true; }, DRAG_MS);
  });
  panel.addEventListener('drop', (event) => {
    const data = dragging(event);
    cover.hidden = true;
    if (data) add(filesOf(data));
  });
  // A text that brings a picture of itself along is a text.
  panel.addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData && !clipboardData.types.includes('text/plain')) add(filesOf(clipboardData));
  });
  find('send').before(opener, input);
  find('lines').after(list);
  panel.append(news, cover);

  return (max) => {
    open = max > 0;
    opener.hidden = !open;
    if (open) {
      uploads.max = max;
      opener.title = `${t('file.add')} (${t('file.limit', { size: spell(sizeOf(max), t) })})`;
      return;
    }
    if (find('lines').childElementCount) uploads.stop('early');
    else uploads.clear(); // forgotten
  };
}
