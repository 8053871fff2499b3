/** The site's colour, and black or white on it, whichever is read better. @param {HTMLElement} frame @param {string} color */
export function paint({ style }, color) {
  style.outlineColor = color; // nothing has an outline: as the browser writes it, rgb(…)
  const [r, g, b] = style.outlineColor.match(/\d+/g)?.map((/** @type {any} */ part) => part ** 2.2) || [];
  if (!(b >= 0)) return;
  style.setProperty('--accent', color);
  style.setProperty('--on-accent', 3 * r + 10 * g + b > 5e5 ? '#000' : '#fff'); // where black and white are as good as each other: 18 % of white's light
}
