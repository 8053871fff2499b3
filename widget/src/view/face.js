/**
 * The agent's own picture over the initial, where that agent has agreed to show it. It is decoration: the name stands beside it,
 * so nothing is read out. Its box is there already, and without a picture the initial stays.
 *
 * It is fetched and drawn: a page whose Content-Security-Policy lets the widget talk to the gateway lets it do this, too.
 */

const SIDE = 88; // twice what is shown, for fine screens

/** @type {{address: string, canvas?: HTMLCanvasElement}} */
let shown = { address: '' };

/** @param {string} address @returns {Promise<ImageBitmap|undefined>} */
async function read(address) {
  try {
    const answer = await fetch(address, { credentials: 'omit' });
    return answer.status === 200 ? await createImageBitmap(await answer.blob()) : undefined;
  } catch {
    return undefined; // without it the chat goes on
  }
}

/** The middle of it, as large as it fits. @param {ImageBitmap} image */
function draw(image) {
  const canvas = document.createElement('canvas');
  const side = Math.min(image.width, image.height);
  canvas.width = canvas.height = SIDE;
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;border-radius:50%';
  canvas.getContext('2d')?.drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  return canvas;
}

/** @param {HTMLElement} avatar with the initial in it; another initial takes the picture away @param {string} agent public name @param {string} gateway */
export async function show(avatar, agent, gateway) {
  const address = `${gateway}/w/1/face/${encodeURIComponent(agent)}`;
  if (shown.address === address && shown.canvas?.isConnected !== false) return;
  shown.canvas?.remove();
  const mine = shown = /** @type {typeof shown} */ ({ address });
  const image = await read(address);
  if (!image || shown !== mine) return;
  avatar.style.position = 'relative';
  avatar.append(shown.canvas = draw(image));
}
