// Signs who is logged in, by HS256 or EdDSA: whichever the key is for. node sign.mjs KEYFILE SUBJECT [MORE-AS-JSON [KID]]
import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** key: what stands in the file, a secret in its first line or a private Ed25519 key in PEM. */
export function identity(key, subject, more = {}, { audience = 'default', kid } = {}) {
  const pair = key.startsWith('-----BEGIN');
  const iat = Math.floor(Date.now() / 1000);
  const text = [{ alg: pair ? 'EdDSA' : 'HS256', typ: 'JWT', kid }, { ...more, sub: subject, aud: audience, iat, exp: iat + 300 }]
    .map(url).join('.');
  const signature = pair
    ? sign(null, Buffer.from(text), createPrivateKey(key))
    : createHmac('sha256', key.split(/\r?\n/)[0]).update(text).digest();
  return `${text}.${signature.toString('base64url')}`;
}

const [, file, keyFile, subject, more, kid] = process.argv;
if (file?.endsWith('sign.mjs') && subject) {
  console.log(identity(readFileSync(keyFile, 'utf8'), subject, JSON.parse(more ?? '{}'), { kid }));
}
