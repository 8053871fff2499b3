/**
 * Where the site's visitors are seen by agents, whether they want to chat or not: the page checks in by itself, and an agent may write first. Fetched
 * where the gateway says so, so it is a file of its own.
 *
 * @param {import('./main.js').Context} context @param {() => Promise<unknown>} begin
 */
export async function start(context, begin) {
  await begin();
  context.inner?.stream.open();
}
