/** English: the form and the menu, fetched when they are needed. */
export default {
  'form.title': 'Before we begin',
  'form.name': 'Name',
  'form.email': 'E-mail',
  'form.optional': '(optional)',
  'form.missing': 'Please fill this in.',
  'form.wrong': 'Please check this.',
  'form.failed': 'That did not work. Please try again.',
  'form.send': 'Continue',
  'form.skip': 'Skip',
  end: 'End chat',
  'end.sure': 'End this chat?',
  'end.words': 'You can write again at any time.',
  forget: 'End and forget on this device',
  'forget.sure': 'Forget this conversation?',
  'forget.words': 'The chat ends, and this device does not show it any more.',
  no: 'Cancel',
};
