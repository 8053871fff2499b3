/**
 * The panel on a small screen, where it covers everything: it keeps the focus, and is as high as the keyboard leaves it. Fetched
 * when it is first shown so, so it is a file of its own in the bundle.
 */
const FOCUSABLE = 'button:not([disabled]),textarea,input,a[href],[tabindex="0"]';

/** @type {WeakSet<HTMLElement>} */
const known = new WeakSet();

/** @param {HTMLElement} panel */
export function cover(panel) {
  if (known.has(panel)) return;
  known.add(panel);
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || !panel.hasAttribute('aria-modal')) return;
    const stops = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(FOCUSABLE)].filter((e) => e.getClientRects().length));
    const { activeElement } = /** @type {ShadowRoot} */ (panel.getRootNode());
    if (activeElement !== stops.at(event.shiftKey ? 0 : -1) && activeElement !== panel) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0)?.focus();
  });
  const { visualViewport } = globalThis;
  if (!visualViewport) return;
  const fit = () => {
    panel.style.setProperty('--height', `${visualViewport.height}px`);
    panel.style.setProperty('--top', `${visualViewport.offsetTop}px`);
  };
  for (const event of ['resize', 'scroll']) visualViewport.addEventListener(event, fit);
  fit();
}
