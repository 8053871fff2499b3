// A store and a transport in memory, for the unit tests.

/** @returns {import('../../widget/src/store.js').Store & {map: Map<string, string>}} */
export function memoryStore(entries = {}) {
  const map = new Map(Object.entries(entries));
  return {
    map,
    get: (key) => map.get(key) || '',
    set: (key, value) => { if (value) map.set(key, value); else map.delete(key); },
    clear: () => map.clear(),
    watch: () => {},
  };
}

/** A line as the desk would send it. */
export const line = (archive, by = 'agent', more = {}) => ({
  id: more.id || `id${archive}`, archive: String(archive), by, name: by === 'agent' ? 'Nina' : '', event: '', body: `line ${archive}`,
  time: 1e12 + Number(archive) * 1000, seen: '', ...more,
});

/** Connections that the test opens, answers and cuts. */
export function fakeTransport() {
  const made = [];
  const connect = (on) => {
    const transport = {
      on, sent: [], closed: false, restarts: 0, to: undefined,
      open(to) { transport.to = to; },
      send(xml) { transport.sent.push(xml); },
      restart() { transport.restarts++; },
      close() { transport.closed = true; },
    };
    made.push(transport);
    return transport;
  };
  return { connect, made };
}
