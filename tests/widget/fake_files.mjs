// Files that visitors send to the fake gateway: the slot, and the bytes (docs/PROTOCOL.md section 14).
import { randomBytes } from 'node:crypto';
import { x } from '../../widget/src/xml.js';

/** A slot (XEP-0363), where somebody has a chat. */
export function giveSlot(gateway, s, request, iq) {
  const { filename, size } = request.attrs;
  const refused = gateway.slot(filename);
  if (refused) return s.error(iq, refused.type, refused.condition);
  if (!s.visitor.chat || s.visitor.chat.state === 'closed') return s.error(iq, 'wait', 'unexpected-request');
  const token = (what) => `/w/1/${what}/${[...randomBytes(52)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')}`;
  const [put, get] = [token('upload'), `${token('file')}/${encodeURIComponent(filename)}`];
  gateway.slots.set(put, { name: filename, size: Number(size), get });
  return s.result(iq, x('slot', { xmlns: 'urn:xmpp:http:upload:0' }, x('put', { url: `https://public.test${put}` }), x('get', { url: `https://public.test${get}` })));
}

export async function takeFile(gateway, request, response, pathname, cors) {
  const slot = gateway.slots.get(pathname);
  const headers = { ...cors, 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'content-type' };
  if (request.method === 'OPTIONS') {
    response.writeHead(204, headers);
    return response.end();
  }
  const bytes = Buffer.concat(await request.toArray());
  const status = !slot ? 404 : bytes.length !== slot.size ? 413 : gateway.status;
  if (status === 201) {
    gateway.slots.delete(pathname);
    gateway.files.set(slot.get, { type: bytes.subarray(1, 4).toString() === 'PNG' ? 'image/png' : 'application/octet-stream', bytes });
  }
  response.writeHead(status, headers);
  return response.end();
}
