// What a screen reader would read out by itself: a stand-in that follows the live regions of the chat (role log, status, alert; aria-live,
// aria-busy, aria-hidden) as ARIA says, so that a test can see that each thing is said, and said once.

/** In the page: begins to listen. */
function listen() {
  const { shadowRoot: root } = document.querySelector('tresen-chat');
  const LIVE = '[aria-live],[role=log],[role=status],[role=alert]';
  const isMute = (e) => !!e.closest('[aria-busy=true]') || e.closest(LIVE)?.getAttribute('aria-live') === 'off';
  const isHidden = (e) => !!e.closest('[aria-hidden=true]') || (e.isConnected && !e.getClientRects().length);
  const words = (node) => (node.nodeType === Node.TEXT_NODE ? node.data
    : isHidden(node) ? '' : [...node.childNodes].map(words).filter((part) => part.trim()).join(' ')).trim();
  window.spoken = [];
  new MutationObserver((records) => {
    const parts = new Set();
    for (const { target, addedNodes } of records) {
      const within = target instanceof Element ? target : target.parentElement;
      const region = within?.closest(LIVE);
      const added = [...addedNodes].filter((node) => node.isConnected);
      if (region?.matches('[role=log]')) added.forEach((node) => parts.add(node));
      else if (region) parts.add(region);
      // An alert speaks when it comes, wherever that is.
      for (const node of added) if (node instanceof Element) [node, ...node.querySelectorAll('*')].filter((e) => e.matches('[role=alert]')).forEach((e) => parts.add(e));
    }
    for (const part of parts) {
      const element = part instanceof Element ? part : part.parentElement;
      if (isMute(element) || [...parts].some((other) => other !== part && other.contains(part) && !isMute(other))) continue;
      window.spoken.push(words(part));
    }
    window.spoken = window.spoken.filter(Boolean);
  }).observe(root, { subtree: true, childList: true, characterData: true });
}

/** @param {import('playwright-core').Page} page with a launcher @returns what was said since the last time one asked */
export async function listener(page) {
  await page.evaluate(listen);
  return () => page.evaluate(() => window.spoken.splice(0));
}
