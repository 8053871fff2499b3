// A visitor with @xmpp/client:  node xmppjs.mjs URL DOMAIN DEPARTMENT ORIGIN
// Writes one line for what happens, and says what it reads from stdin, a line a message.
import * as readline from 'node:readline';
import WebSocket from 'ws';

const [url, domain, department, origin] = process.argv.slice(2);

globalThis.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { origin });
  }
};

const { client, xml } = await import('@xmpp/client');
const print = (...words) => console.log(words.join(' '));
const xmpp = client({ service: url, domain });

xmpp.on('error', (error) => {
  print('ended', error.message);
  process.exit(1);
});
xmpp.on('online', async (address) => {
  await xmpp.send(xml('presence', { to: department }));
  print('connected', address.toString());
});
xmpp.on('stanza', (stanza) => {
  const body = stanza.getChildText('body');
  if (stanza.is('message') && stanza.attrs.type === 'error') {
    print('error', stanza.attrs.from);
  } else if (stanza.is('message') && body) {
    print('message', stanza.attrs.from, body);
  }
});

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  xmpp.send(xml('message', { to: department, type: 'chat', id: String(Date.now()) },
    xml('body', {}, line)));
});
input.on('close', async () => {
  await xmpp.stop();
  print('ended');
  process.exit(0);
});
xmpp.start().catch((error) => {
  print('ended', error.message);
  process.exit(1);
});
