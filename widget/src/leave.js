/** How a visitor goes: what the desk is told of it, and what is left on the device. Part of the files that need it. */

const PATIENCE_MS = 3000;

/**
 * Tells the desk, if there is a connection, and does not wait for long: what follows is not for who comes next.
 * @param {import('./main.js').Inner} inner @param {'end'|'logout'} what docs/PROTOCOL.md sections 7 and 19
 */
const tell = ({ stream, visit }, what) => Promise.race([
  stream.request('set', visit.to, `<${what} xmlns='urn:tresen:visit:1'/>`).catch(() => {}),
  new Promise((done) => { setTimeout(done, PATIENCE_MS); }),
]);

/** Ends the chat, if there is one. @param {import('./main.js').Inner} inner */
export async function end(inner) {
  if (inner.chat.running) await tell(inner, 'end');
}

/** As on the first day, here and in the visitor's other pages; nothing on this device leads back. @param {import('./main.js').Inner} inner */
export async function leave(inner) {
  await tell(inner, 'logout');
  inner.forget();
}
