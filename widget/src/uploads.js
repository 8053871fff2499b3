/**
 * The visitor's files on their way: a slot from the desk (XEP-0363), the bytes to the gateway, and then a line that is
 * nothing but the file's address, which goes out like any other. One file after the other. No elements.
 *
 * @typedef {import('./xml.js').Element} Element
 * @typedef {'waiting'|'sending'|'sent'|'failed'|'gone'} State
 * @typedef {{name: string, size: number, type: string}} Thing  a File, as far as it is known here
 * @typedef {{file: Thing, state: State, loaded: number, problem: string, address: string, turn: number, abort: () => void}} Upload
 * address: it is at the gateway, and may be opened there; problem: a word for `file.…`
 * @typedef {{put: string, get: string}} Slot
 * @typedef {{done: Promise<number>, abort: () => void}} Sending  done: the status; 0: the connection was lost
 */
import { child, x } from './xml.js';

const SLOTS = 'urn:xmpp:http:upload:0';
/** Longer than this nothing moves: the network is gone. */
const STALL_MS = 30000;
const MAX_WAITING = 10;

/** What a refusal of a slot, or the status of an answer, means. @type {Record<string, string>} */
const PROBLEMS = {
  'not-acceptable': 'large', 413: 'large', 'resource-constraint': 'many', 'unexpected-request': 'early', 507: 'disk', 0: 'lost', offline: 'lost',
  404: 'lost', 408: 'lost', 409: 'lost', 'not-allowed': 'refused', 'bad-request': 'refused', 'service-unavailable': 'refused', 403: 'refused', full: 'full',
};
const FINAL = new Set(['large', 'empty', 'refused']);

/** Whether trying again may help. @param {Upload} upload */
export const mayTryAgain = ({ state, problem }) => state === 'failed' && !FINAL.has(problem);

export class Uploads {
  /** Oldest first. @type {Upload[]} */
  list = [];
  /** The most bytes of one file. */
  max = 0;
  #ways;

  /**
   * @param {{
   *   slot(file: Thing): Promise<Slot>, put(url: string, file: Thing, moved: (loaded: number) => void): Sending,
   *   say(address: string): boolean, changed(upload: Upload): void,
   * }} ways  changed: of this one something is different now
   */
  constructor(ways) {
    this.#ways = ways;
  }

  /** Something would be lost with the page. */
  get busy() {
    return this.list.some(({ state }) => state === 'waiting' || state === 'sending');
  }

  /** @param {Iterable<Thing>} files */
  add(files) {
    for (const file of files) {
      const crowd = this.list.filter(({ state }) => state !== 'failed').length >= MAX_WAITING;
      const problem = !file.size ? 'empty' : file.size > this.max ? 'large' : crowd ? 'crowd' : '';
      /** @type {Upload} */
      const upload = { file, state: problem ? 'failed' : 'waiting', loaded: 0, problem, address: '', turn: 0, abort() {} };
      this.list.push(upload);
      this.#ways.changed(upload);
    }
    this.#next();
  }

  /** @param {Upload} upload it is not wanted any more */
  cancel(upload) {
    this.#end(upload, 'gone');
    upload.abort();
    this.#next();
  }

  /** @param {Upload} upload */
  again(upload) {
    Object.assign(upload, { state: 'waiting', problem: '', loaded: 0 });
    this.#ways.changed(upload);
    this.#next();
  }

  /** What is not there yet does not come any more. @param {string} problem */
  stop(problem) {
    for (const upload of this.list.filter(({ state }) => state !== 'failed')) {
      this.#end(upload, 'failed', problem);
      upload.abort();
    }
  }

  clear() {
    for (const upload of [...this.list]) this.cancel(upload);
  }

  /** @param {Upload} upload @param {'sent'|'failed'|'gone'} state @param {string} [problem] */
  #end(upload, state, problem = '') {
    Object.assign(upload, { state, problem });
    if (state !== 'failed') this.list.splice(this.list.indexOf(upload), 1);
    this.#ways.changed(upload);
  }

  async #next() {
    const upload = !this.list.some(({ state }) => state === 'sending') && this.list.find(({ state }) => state === 'waiting');
    if (!upload) return;
    const turn = ++upload.turn;
    const current = () => upload.state === 'sending' && upload.turn === turn;
    upload.state = 'sending';
    this.#ways.changed(upload);
    let reason = '';
    try {
      await this.#send(upload, current);
    } catch (error) {
      reason = /** @type {Error} */ (error).message;
    }
    if (!current()) return; // what ended it has told so
    if (reason) this.#end(upload, 'failed', PROBLEMS[reason] || 'failed');
    else this.#end(upload, 'sent');
    this.#next();
  }

  /** @param {Upload} upload @param {() => boolean} current neither cancelled, nor begun again since */
  async #send(upload, current) {
    if (!upload.address) {
      const { put, get } = await this.#ways.slot(upload.file);
      if (!current()) return;
      const { done, abort } = this.#ways.put(put, upload.file, (loaded) => {
        if (!current()) return;
        upload.loaded = loaded;
        this.#ways.changed(upload);
      });
      upload.abort = abort;
      const status = await done;
      if (!current()) return;
      if (status !== 201) throw new Error(String(status));
      upload.address = get;
    }
    if (!this.#ways.say(upload.address)) throw new Error('full');
  }
}

/** @param {{request(kind: 'get', to: string, content: string): Promise<Element>}} stream @param {string} to @param {Thing} file @returns {Promise<Slot>} */
export async function askSlot(stream, to, { name, size, type }) {
  const answer = await stream.request('get', to, x('request', { xmlns: SLOTS, filename: name, size, 'content-type': type }));
  const slot = child(answer, 'slot', SLOTS);
  const url = (/** @type {string} */ what) => child(slot, what)?.attrs.url || '';
  return { put: url('put'), get: url('get') };
}

/** The same place at the gateway that the page talks to: a website allows no other. @param {string} url @param {string} gateway */
export const atGateway = (url, gateway) => url.replace(/^.*(?=\/w\/1\/)/, gateway);

/** @param {string} url @param {any} file @param {(loaded: number) => void} moved @returns {Sending} */
export function put(url, file, moved) {
  const request = new XMLHttpRequest(); // fetch does not tell how far it is
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let stalled;
  const wait = () => {
    clearTimeout(stalled);
    stalled = setTimeout(() => request.abort(), STALL_MS);
  };
  const done = new Promise((resolve) => {
    request.onloadend = () => {
      clearTimeout(stalled);
      resolve(request.status);
    };
  });
  request.upload.onprogress = ({ loaded }) => {
    wait();
    moved(loaded);
  };
  wait();
  request.open('PUT', url);
  request.send(file);
  return { done, abort: () => request.abort() };
}
