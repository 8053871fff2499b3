// What may stand between a browser and the gateway: a network that goes away without a word, a proxy without WebSocket.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const UPGRADE = /^upgrade: *websocket/im;

export class Relay {
  /** An upgrade to WebSocket is refused, as by proxies that do not know it. */
  plain = false;
  /** Nothing gets through, and nobody is told. */
  held = false;
  #pairs = new Set();

  /** @param {string} url of the gateway */
  static async start(url) {
    const relay = new Relay();
    relay.target = Number(new URL(url).port);
    relay.server = createServer((near) => relay.#join(near));
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    // A host of its own: for the browser another site than the gateway's and than the shop.
    relay.origin = `http://chat.localhost:${relay.server.address().port}`;
    return relay;
  }

  #join(near) {
    const far = connect(this.target, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      if (this.held) return; // the end is not heard either
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', () => {}).on('close', end);
    near.on('data', (bytes) => {
      if (this.held) return;
      if (this.plain && UPGRADE.test(bytes.toString('latin1'))) {
        near.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        far.destroy();
      } else {
        far.write(bytes);
      }
    });
    far.on('data', (bytes) => this.held || near.write(bytes));
  }

  hold() {
    this.held = true;
  }

  /** The network is there again; what was open before is not. */
  mend() {
    this.held = false;
    this.cut();
  }

  cut() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  stop() {
    this.held = false;
    this.server.close();
    this.cut();
  }
}
