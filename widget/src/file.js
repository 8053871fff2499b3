/**
 * A line that is a file: the address of one of the desk's and nothing else, or above it name and size (docs/PROTOCOL.md section 14).
 *
 * @typedef {{name: string, size: string, path: string}} Found  size: in words; empty: not known; path: at the gateway
 */
const LINE = /^(?:([^\n]{1,300}) \(([\d.]+ [kM]?B)\)\n)?https?:\/\/[^\s/]+(?:\/\S*)?(\/w\/1\/file\/[a-z2-7]{52}\/([^\s/?#]{1,1500}))$/;
/** Would make a name read otherwise than it is. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** @param {string} text @returns {Found|undefined} */
export function fileIn(text) {
  const [, name, size = '', path, last] = LINE.exec(text) || [];
  return path ? { name: (name || decode(last)).replace(BIDI, ''), size, path } : undefined;
}

/** @param {string} segment */
function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** As the desk writes it. @param {number} bytes */
export const sizeOf = (bytes) => (bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** A size as it is written in the visitor's language. @param {string} size @param {import('./main.js').Words} t */
export function spell(size, t) {
  const [n, unit] = size.split(' ');
  return t(`file.${unit}`, { n: +n });
}
