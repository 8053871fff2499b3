/**
 * Where a site's visitors are asked first: what would begin by itself waits for tresen('consent'), and ends when that is taken back. Fetched where the
 * gateway says so.
 *
 * @typedef {{consented?: string[], over?: () => boolean}} Answer  consented: what begins then; over: what was begun is to end
 * @param {import('./main.js').Context} context @param {() => Promise<unknown>} begin @param {Answer} answer
 */
export function start(context, begin, answer) {
  let turn = 0;
  /** @type {boolean|undefined} */
  let agreed = false;
  /** The visitor's other pages. @type {BroadcastChannel|undefined} */
  let others;
  context.agreed = () => {
    if (context.consent === agreed) return;
    agreed = context.consent;
    const mine = ++turn;
    const over = () => mine !== turn;
    if (!agreed) {
      context.root.querySelector('.invite')?.remove();
      others?.postMessage('');
      context.withdraw?.();
      return;
    }
    others ||= new BroadcastChannel(`${context.prefix}consent`);
    others.onmessage = () => context.withdraw?.();
    for (const name of answer.consented || []) {
      context.part(name).then((module) => over() || module.start(context, begin, { over })).catch(() => {});
    }
  };
  if (context.consent) context.agreed();
}
