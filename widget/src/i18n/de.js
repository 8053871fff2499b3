/** Deutsch. {…} wird ersetzt; die Schlüssel sind in jeder Sprache dieselben (tests/widget/i18n.test.mjs). */
export default {
  title: 'Live-Chat',
  close: 'Chat schließen',
  menu: 'Optionen',
  log: 'Gespräch',
  you: 'Sie',
  team: 'Unser Team',
  today: 'Heute',
  earlier: 'Frühere Nachrichten',
  newer: 'Neue Nachrichten',

  hello: 'Guten Tag!',
  'intro.chat': 'Wie können wir helfen? Schreiben Sie uns, die Antwort kommt gleich hier.',

  queued: 'Sie sind Nummer {n} in der Warteschlange.',
  next: 'Sie sind als Nächstes dran.',
  lost: 'Keine Verbindung.',
  again: 'Neuer Versuch in {n} s',
  now: 'Jetzt versuchen',

  write: 'Nachricht schreiben',
  send: 'Senden',

  'line.sending': 'Wird gesendet',
  'line.stored': 'Gesendet',
  'line.delivered': 'Zugestellt',
  'line.read': 'Gelesen',
  'line.failed': 'Nicht gesendet',
  'problem.other': 'Nicht angenommen.',
  retry: 'Noch einmal',
};
