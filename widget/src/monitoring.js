/**
 * Where the site's visitors are seen by agents, whether they want to chat or not: the page checks in by itself, and an agent may write first. Fetched
 * where the gateway says so, or, where visitors are asked before (consent.js), once they have agreed; each check-in says so then.
 *
 * @param {import('./main.js').Context} context @param {() => Promise<unknown>} begin @param {import('./consent.js').Answer} answer
 */
export async function start(context, begin, { over }) {
  if (over) context.says = { monitoring: '1' };
  context.withdraw = async () => {
    context.says = { monitoring: '0' };
    const { inner } = context;
    if (!inner) return;
    const { chat, panel, store, visit, forget } = inner;
    await visit.answer(context.says).catch(() => {});
    // Who has begun to talk goes on; else nothing stays.
    if (!chat.entries.length && panel.element.hidden && !store.get('run')) forget();
  };
  await begin();
  if (over?.()) {
    context.withdraw();
    return;
  }
  context.inner?.visit.renew();
  context.inner?.stream.open();
}
