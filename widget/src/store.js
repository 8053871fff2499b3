/**
 * What outlives the page: localStorage under one prefix; what does not fit there, in sessionStorage; where the browser
 * refuses both, in memory.
 *
 * Keys: `token` who the visitor is, `visitor` their id, `proved` the website has vouched for them, and when it did, `run` a conversation is going on, `run.ID` a
 * line without a receipt (a key each: two pages that write at once do not overwrite each other), `open` the panel was open,
 * `seen` and `got` the last line of the desk that was seen and acknowledged, `draft` what was typed and not sent,
 * `alerts` what the visitor has switched on (view/switches.js), `choice` of which department the conversation is, where there are several (choose.js).
 *
 * @typedef {{
 *   shared: boolean, get(key: string): string, set(key: string, value: string): boolean, all(start: string): string[],
 *   clear(start?: string): void, watch(on: (key: string) => void): void,
 * }} Store  shared: with the visitor's other pages; set: false: it is not there any more after a reload; all: the values of
 * the keys that begin so; clear: those keys are gone; watch: another page changed a key
 */

/** @param {string} prefix @returns {Store} */
export function makeStore(prefix) {
  /** @type {Record<string, string>} */
  const memory = {};
  /** @type {Record<string, any>[]} */
  const places = [];
  for (const name of ['localStorage', 'sessionStorage']) {
    try {
      const storage = /** @type {any} */ (globalThis)[name];
      if (storage.length >= 0) places.push(storage);
    } catch {
      // Forbidden.
    }
  }
  const kept = places.length;
  const shared = kept === 2;
  places.push(memory);
  const keys = (/** @type {string} */ start) => places.flatMap((place) => Object.keys(place).filter((key) => key.startsWith(prefix + start)));
  const get = (/** @type {string} */ key) => places.find((place) => Object.hasOwn(place, key))?.[key] || '';
  return {
    shared,
    get: (key) => get(prefix + key),
    set(key, value) {
      const name = prefix + key;
      if (get(name) === value) return true;
      let at = -1;
      places.forEach((place, i) => {
        try {
          if (value && at < 0) {
            place[name] = value; // never taken away first: other pages would see that
            at = i;
            return;
          }
        } catch {
          // Full: the next one.
        }
        delete place[name];
      });
      return at < kept;
    },
    all: (start) => keys(start).map(get),
    clear(start = '') {
      for (const key of keys(start)) for (const place of places) delete place[key];
    },
    watch(on) {
      addEventListener('storage', ({ key, storageArea }) => {
        if (storageArea === places[0] && key?.startsWith(prefix)) on(key.slice(prefix.length));
      });
    },
  };
}
