/** The one way to make elements: attributes, listeners, children; text is always a text node. */

/** @typedef {Node|string|false|undefined|null} Child */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag @param {Record<string, any>} [props] `on…`: a listener; true: an empty attribute; false and undefined: none.
 * `class` names the element's parts too: what the panel styles by class, a website styles by ::part().
 * @param {...Child} children @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const key in props) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), props[key]);
    else attribute(element, key, props[key]);
  }
  element.append(.../** @type {(Node|string)[]} */ (children.filter(Boolean)));
  return element;
}

/** @param {string} name @param {() => void} act @param {...Child} children */
export const button = (name, act, ...children) => h('button', { type: 'button', class: name, onclick: act }, ...children);

/** A button that is a drawing. @param {string} name @param {string} label @param {string} path @param {() => void} act */
export function tool(name, label, path, act) {
  const made = button(name, act, icon(path));
  attribute(made, 'aria-label', made.title = label);
  return made;
}

/** Sets only what changes, so that nothing is read out twice. @param {Element} element @param {string} name @param {string|boolean|undefined} value */
export function attribute(element, name, value) {
  const next = value === true ? '' : value;
  if (next === false || next === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== next) {
    element.setAttribute(name, next);
    if (name === 'class') element.setAttribute('part', next);
  }
}

/** @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A line drawing on a 24 × 24 field. @param {string} path @returns {Element} */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  attribute(svg, 'viewBox', '0 0 24 24');
  attribute(svg, 'aria-hidden', 'true');
  attribute(line, 'd', path);
  svg.append(line);
  return svg;
}

/** @param {string} css @returns {CSSStyleSheet} */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
