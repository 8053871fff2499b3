/**
 * What outlives the page: localStorage under one prefix, or, where the browser refuses it, memory.
 *
 * Keys: `token` who the visitor is, `visitor` their id, `domain` of the desk, `outbox` lines without a receipt, `run` a
 * conversation is going on, `open` the panel was open, `seen` and `got` the last line of the desk that was seen and
 * acknowledged, `draft` what was typed and not sent.
 *
 * @typedef {{
 *   get(key: string): string, set(key: string, value: string): void, clear(): void,
 *   watch(on: (key: string) => void): void,
 * }} Store  watch: another page changed a key
 */

/** @param {string} prefix @returns {Store} */
export function makeStore(prefix) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @type {Storage|undefined} */
  let storage;
  try {
    storage = localStorage;
    storage.setItem(prefix, '1');
    storage.removeItem(prefix);
  } catch {
    storage = undefined;
  }
  return {
    get(key) {
      return (storage ? storage.getItem(prefix + key) : memory.get(key)) || '';
    },
    set(key, value) {
      if (this.get(key) === value) return;
      try {
        if (!storage) memory.set(key, value);
        else if (value) storage.setItem(prefix + key, value);
        else storage.removeItem(prefix + key);
      } catch {
        // Full: what could not be written is not there after a reload, and nothing else breaks.
      }
    },
    clear() {
      memory.clear();
      if (!storage) return;
      for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
    },
    watch(on) {
      addEventListener('storage', ({ key, storageArea }) => {
        if (storageArea === storage && key?.startsWith(prefix)) on(key.slice(prefix.length));
      });
    },
  };
}
