/** The launcher once the chat is there: the loader drew it, from now on it also tells what is unread. */
import { attribute, h, say } from './h.js';

/**
 * @param {HTMLElement} button @param {import('../main.js').Words} t @param {(availability: string) => string} label
 * @returns {(chat: import('../chat.js').Chat, open: boolean) => void}
 */
export function makeLauncher(button, t, label) {
  const badge = h('span', { class: 'badge' });
  button.append(badge);
  return ({ unread, availability }, open) => {
    badge.hidden = !unread || open;
    say(badge, unread > 99 ? '99+' : String(unread));
    attribute(button, 'aria-expanded', String(open));
    attribute(button, 'aria-label', open ? t('close') : label(availability) + (unread ? `. ${t('unread', { n: unread }, '{n}')}` : ''));
    attribute(button, 'data-availability', availability);
  };
}
