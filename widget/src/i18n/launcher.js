/** The few words that the loader needs before anything else is fetched. */
export default /** @type {Record<string, Record<string, string>>} */ ({
  en: {
    open: 'Open chat',
    chat: 'We are here for you',
    away: 'An answer may take a moment',
    dnd: 'Everyone is in a conversation',
    unavailable: 'Nobody is here right now. Leave a message',
    failed: 'The chat cannot be reached. Try again',
  },
  de: {
    open: 'Chat öffnen',
    chat: 'Wir sind für Sie da',
    away: 'Die Antwort kann etwas dauern',
    dnd: 'Alle sind gerade im Gespräch',
    unavailable: 'Gerade ist niemand da. Nachricht hinterlassen',
    failed: 'Der Chat ist nicht erreichbar. Noch einmal versuchen',
  },
});
