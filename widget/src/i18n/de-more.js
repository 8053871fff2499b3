/** Deutsch: Formular und Menü, erst dann geholt, wenn es sie braucht. */
export default {
  'form.title': 'Bevor wir beginnen',
  'form.name': 'Name',
  'form.email': 'E-Mail',
  'form.optional': '(freiwillig)',
  'form.missing': 'Bitte ausfüllen.',
  'form.wrong': 'Bitte prüfen.',
  'form.failed': 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  'form.send': 'Weiter',
  'form.skip': 'Überspringen',
  end: 'Chat beenden',
  'end.sure': 'Chat beenden?',
  'end.words': 'Sie können uns jederzeit wieder schreiben.',
  forget: 'Beenden und hier vergessen',
  'forget.sure': 'Gespräch vergessen?',
  'forget.words': 'Der Chat wird beendet und auf diesem Gerät nicht mehr angezeigt.',
  no: 'Abbrechen',
};
