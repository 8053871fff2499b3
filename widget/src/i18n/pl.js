/** Polski: bezosobowo, bez „ty”. Liczby stoją po dwukropku, więc nie trzeba ich odmieniać. */
export default {
  title: 'Czat na żywo',
  close: 'Zamknij czat',
  menu: 'Opcje',
  log: 'Rozmowa',
  you: 'Pani/Pan',
  team: 'Nasz zespół',
  today: 'Dzisiaj',
  earlier: 'Wcześniejsze wiadomości',
  newer: 'Nowe wiadomości',

  hello: 'Dzień dobry!',
  'intro.chat': 'W czym możemy pomóc? Prosimy o wiadomość, odpowiedź pojawi się tutaj.',

  queued: 'Miejsce w kolejce: {n}.',
  next: 'Pierwsze miejsce w kolejce.',
  lost: 'Brak połączenia.',
  again: 'Ponowna próba za {n} s',
  now: 'Spróbuj teraz',

  write: 'Napisz wiadomość',
  send: 'Wyślij',

  'line.sending': 'Wysyłanie',
  'line.stored': 'Wysłano',
  'line.delivered': 'Dostarczono',
  'line.read': 'Przeczytano',
  'line.failed': 'Nie wysłano',
  'problem.other': 'Wiadomość nie została przyjęta.',
  retry: 'Ponów',
};
