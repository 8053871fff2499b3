/** Words of the visitor's language. */

/**
 * Texts by their names. Numbers are written as the visitor's language writes them; what is a name or an identifier stays.
 * @param {Record<string, string>} texts @param {Intl.Locale} locale @param {() => Promise<void>} more brings the texts that are seldom wanted @returns {import('./main.js').Words}
 */
export const makeWords = (texts, locale, more) => (key, values = {}, otherwise = '') => {
  if (otherwise && !texts[key]) more().catch(() => {}); // those words do meanwhile
  return (texts[key] || otherwise).replace(/\{(\w+)\}/g, (_, name) => (values[name] ?? '').toLocaleString(locale));
};

/**
 * How the visitor writes dates and numbers: as the browser is set, if that is the same language. Digits are those of
 * the ticket's number and of the desk's sentences, so that there are not two kinds.
 * @param {string} lang
 */
export const localeOf = (lang) => new Intl.Locale(navigator.languages.find((l) => l.startsWith(lang)) || lang, { numberingSystem: 'latn' });
