// A visitor with strophe.js:  node strophe.mjs URL DOMAIN DEPARTMENT ORIGIN
// Writes one line for what happens, and says what it reads from stdin, a line a message.
import * as readline from 'node:readline';
import { DOMParser } from '@xmldom/xmldom';
import WebSocket from 'ws';

const [url, domain, department, origin] = process.argv.slice(2);

// As much of a browser's XMLHttpRequest as strophe.js uses for BOSH.
globalThis.XMLHttpRequest = class {
  readyState = 0;
  status = 0;
  responseText = '';
  responseXML = null;
  #aborted = new AbortController();
  #headers = { Origin: origin };
  open(method, address) {
    this.method = method;
    this.address = address;
    this.readyState = 1;
  }
  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }
  overrideMimeType() {}
  getResponseHeader() {
    return null;
  }
  getAllResponseHeaders() {
    return '';
  }
  abort() {
    this.#aborted.abort();
  }
  async send(body) {
    try {
      const answer = await fetch(this.address, {
        method: this.method, body, headers: this.#headers, signal: this.#aborted.signal,
      });
      this.status = answer.status;
      this.responseText = await answer.text();
      this.responseXML = new DOMParser().parseFromString(this.responseText, 'text/xml');
    } catch {
      this.status = 0;
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }
};

const { Strophe, $msg, $pres } = await import('strophe.js');

// After the import, which puts a WebSocket without an origin there.
globalThis.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { origin });
  }
};

const print = (...words) => console.log(words.join(' '));
const connection = new Strophe.Connection(url);

function isMessage(stanza) {
  const body = stanza.getElementsByTagName('body')[0];
  const from = stanza.getAttribute('from');
  if (stanza.getAttribute('type') === 'error') {
    print('error', from);
  } else if (body) {
    print('message', from, body.textContent);
  }
  return true;
}

connection.connect(domain, null, (status, why) => {
  if (status === Strophe.Status.CONNECTED) {
    connection.addHandler(isMessage, null, 'message', null, null, null);
    connection.send($pres({ to: department }));
    print('connected', connection.jid);
  } else if ([Strophe.Status.CONNFAIL, Strophe.Status.AUTHFAIL,
    Strophe.Status.DISCONNECTED].includes(status)) {
    print('ended', status, why ?? '');
    process.exit(status === Strophe.Status.DISCONNECTED ? 0 : 1);
  }
});

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  connection.send($msg({ to: department, type: 'chat', id: connection.getUniqueId() })
    .c('body').t(line));
});
input.on('close', () => connection.disconnect('done'));
