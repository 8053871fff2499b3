/**
 * All of a conversation: the panel shows its last lines, and others when somebody asks for them. What is done with all of it (saving,
 * searching) brings the pages of the archive that are missing, one after the other; they stand in the panel from then on.
 */

/** 20,000 lines. */
const MAX_PAGES = 400;
/** The desk lets a page ask often, but not as fast as it answers. */
const WAIT_MS = 700;
const TRIES = 4;

const wait = (/** @type {number} */ ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * @param {Pick<import('./chat.js').Chat, 'older'|'first'|'synced'>} chat @param {{askEarlier(): Promise<void>}} visit @param {number} [pause]
 * @returns {Promise<boolean>} false: some could not be had
 */
export async function fetchAll(chat, visit, pause = WAIT_MS) {
  let missed = 0;
  for (let pages = 0; (chat.older || !chat.synced) && missed < TRIES && pages < MAX_PAGES; pages++) {
    const { first } = chat;
    if (chat.synced) await visit.askEarlier();
    if (chat.first !== first) missed = 0;
    else if (chat.older || !chat.synced) {
      missed++;
      await wait(pause);
    }
  }
  return chat.synced && !chat.older;
}
