/**
 * The pages of one visitor that are open in one browser. One of them leads: it holds a Web Lock, and the connection. All of
 * them hear each other over a BroadcastChannel. When the one that leads goes away, however that happens, the browser
 * gives the lock to the next. Without locks, channel or common storage each page leads, alone.
 *
 * @typedef {{lead(): void, follow(): void, hear(kind: string, ...values: any[]): void}} Handlers
 * lead: this page leads now; follow: it does not any more; hear: what another page posted
 */
export class Tabs {
  leads = false;
  #name;
  /** @type {Handlers} */
  #on = { lead() {}, follow() {}, hear() {} };
  /** @type {BroadcastChannel|undefined} */
  #channel;
  #leave = () => {};

  /** @param {string} name of lock and channel; empty: alone */
  constructor(name) {
    this.#name = name;
  }

  /** @param {Handlers} on @param {boolean} [steal] the page that leads does not answer: its lock is taken away from it */
  join(on, steal = false) {
    this.leave();
    this.#on = on;
    const name = this.#name;
    if (!name || !navigator.locks || !globalThis.BroadcastChannel) {
      this.#lead();
      return;
    }
    const channel = this.#channel = new BroadcastChannel(name);
    const current = () => channel === this.#channel;
    channel.onmessage = ({ data }) => on.hear(.../** @type {[string]} */ (data));
    const left = new AbortController();
    this.#leave = () => left.abort();
    navigator.locks.request(name, steal ? { steal } : { signal: left.signal }, () => new Promise((release) => {
      if (!current()) return release(0);
      this.#leave = () => release(0);
      return this.#lead();
    })).catch(() => {
      if (!current()) return;
      if (this.leads) { // stolen
        this.join(on);
        on.follow();
      } else { // forbidden
        this.leave();
        this.#lead();
      }
    });
  }

  /** An open channel, and a lock that is held or waited for, would keep the page out of the back-forward cache. */
  leave() {
    this.#channel?.close();
    this.#channel = undefined;
    this.leads = false;
    this.#leave();
    this.#leave = () => {};
  }

  /** To all other pages. @param {string} kind @param {...any} values */
  post(kind, ...values) {
    this.#channel?.postMessage([kind, ...values]);
  }

  #lead() {
    this.leads = true;
    this.#on.lead();
  }
}
