// A store and a transport in memory, for the unit tests; and how far away a gateway is.

/** @returns {import('../../widget/src/store.js').Store & {map: Map<string, string>}} */
export function memoryStore(entries = {}) {
  const map = new Map(Object.entries(entries));
  return {
    map,
    shared: true,
    get: (key) => map.get(key) || '',
    set: (key, value) => {
      if (value) map.set(key, value);
      else map.delete(key);
      return true;
    },
    all: (start) => [...map.keys()].filter((key) => key.startsWith(start)).map((key) => map.get(key)),
    clear: () => map.clear(),
    watch: () => {},
  };
}

/** A line as the desk would send it. */
export const line = (archive, by = 'agent', more = {}) => ({
  id: more.id || `id${archive}`, archive: String(archive), by, name: by === 'agent' ? 'Nina' : '', event: '', body: `line ${archive}`,
  time: 1e12 + Number(archive) * 1000, seen: '', ...more,
});

/** What a store keeps of lines without a receipt. */
export const kept = (store) => store.all('run.').map((text) => JSON.parse(text));

/** Pages that hear each other: one leads, and when it leaves the next. */
export function fakeTabs() {
  const joined = [];
  return () => {
    const tab = {
      leads: false, posted: [], on: undefined,
      join(on, steal) {
        tab.leave();
        tab.on = on;
        if (steal) {
          const robbed = joined.shift();
          joined.unshift(tab);
          Object.assign(robbed, { leads: false });
          joined.push(robbed);
          robbed.on.follow();
        } else joined.push(tab);
        if (joined[0] === tab) tab.lead();
      },
      lead() {
        tab.leads = true;
        tab.on.lead();
      },
      leave() {
        const at = joined.indexOf(tab);
        if (at >= 0) joined.splice(at, 1);
        if (tab.leads && joined.length) queueMicrotask(() => joined[0]?.leads || joined[0]?.lead());
        tab.leads = false;
      },
      post(...what) {
        tab.posted.push(what);
        if (joined.includes(tab)) for (const other of joined) if (other !== tab) queueMicrotask(() => joined.includes(other) && other.on.hear(...structuredClone(what)));
      },
    };
    return tab;
  };
}

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

/** How long each way takes to the fake gateway and back, ms: on a machine that is not slow, what finds the tests that do not wait for it (docs/TESTING.md). */
const LAG = Number(process.env.TRESEN_LAG || 0);
export const later = (call) => (LAG ? void setTimeout(call, LAG) : call());
