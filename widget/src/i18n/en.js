/** English. {…} is filled in; the keys are the same in every language (tests/widget/i18n.test.mjs). */
export default {
  title: 'Live chat',
  close: 'Close chat',
  menu: 'Options',
  log: 'Conversation',
  you: 'You',
  team: 'Our team',
  today: 'Today',
  earlier: 'Earlier messages',
  newer: 'New messages',

  hello: 'Hello!',
  'intro.chat': 'How can we help? Write to us, and somebody answers you right here.',

  queued: 'You are number {n} in the queue.',
  next: 'You are next.',
  lost: 'No connection.',
  again: 'Trying again in {n} s',
  now: 'Try now',

  write: 'Write a message',
  send: 'Send',

  'line.sending': 'Sending',
  'line.stored': 'Sent',
  'line.delivered': 'Delivered',
  'line.read': 'Read',
  'line.failed': 'Not sent',
  'problem.other': 'This message could not be sent.',
  retry: 'Try again',
};
