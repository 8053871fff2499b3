import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { languages, LIMITS } from '../../widget/size.mjs';

const source = new URL('../../widget/src/', import.meta.url);
const load = async (name) => (await import(new URL(`i18n/${name}.js`, source).href)).default;
const holes = (text) => [...text.matchAll(/\{\w*\}?/g)].map(String).sort();

const files = (await readdir(source, { recursive: true })).filter((f) => f.endsWith('.js') && !f.startsWith('i18n'));
const code = (await Promise.all(files.map((f) => readFile(new URL(f, source), 'utf8')))).join('\n');

/** Words to somebody whom one knows well, or that name the one who writes. */
const FAMILIAR = {
  de: /\b(du|dich|dir|dein\w*)\b/i,
  fr: /(?<![\p{L}’])(tu|toi|te|ton|ta|tes)(?!\p{L})/iu,
  es: /(?<!\p{L})(tú|tu|tus|te|ti|contigo|vosotros|vuestr\p{L}*|os)(?!\p{L})/iu,
  pl: /(?<!\p{L})(ty|ciebie|cię|tobie|ci|tw(?:ój|oj)\p{L}*|masz|możesz|chcesz)(?!\p{L})/iu,
  tr: /(?<!\p{L})(sen|seni|sana|senin|sende|sizlere)(?!\p{L})/iu,
  ar: /(?<!\p{L})(أنتَ|أنتِ|لكَ|لكِ)(?!\p{L})/u,
};

/** @param {(language: string, key: string, text: string) => void} see */
async function each(see) {
  const launcher = await load('launcher');
  for (const language of languages) {
    const all = { ...await load(language), ...await load(`${language}-more`), ...launcher[language] };
    for (const [key, text] of Object.entries(all)) see(language, key, text);
  }
}

test('i18n: every language has the same texts with the same holes', async () => {
  assert.deepEqual(languages, ['ar', 'de', 'en', 'es', 'fr', 'pl', 'tr']);
  for (const part of ['', '-more']) {
    const english = await load(`en${part}`);
    for (const language of languages) {
      const { dir = 'rtl', ...texts } = await load(`${language}${part}`);
      assert.equal(dir, 'rtl', 'said only where it is so');
      assert.deepEqual(Object.keys(texts), Object.keys(english), language);
      for (const key in texts) {
        assert.ok(texts[key].trim(), `${language}: ${key} is empty`);
        assert.deepEqual(holes(texts[key]), holes(english[key]), `${language}: ${key}`);
      }
    }
  }
  const launcher = await load('launcher');
  assert.deepEqual(Object.keys(launcher).sort(), languages);
  for (const language of languages) assert.deepEqual(Object.keys(launcher[language]), Object.keys(launcher.en), language);
  assert.equal((await load('ar')).dir, 'rtl');
  const panel = { ...await load('en'), ...await load('en-more') };
  for (const key in launcher.en) assert.ok(!(key in panel), `${key}: both are among the texts that a site replaces`);
});

test('i18n: what is sent of each language has a limit', () => {
  for (const language of languages) {
    assert.ok(LIMITS.some(({ files: all, limit }) => all.join() === `chat.js,${language}.js` && limit === 15360), language);
  }
});

test('i18n: every text is used, and every text that is used exists', async () => {
  const texts = { ...await load('en'), ...await load('en-more') };
  const literal = [...code.matchAll(/\b(?:t|#t)\('([\w.-]+)'/g)].map((m) => m[1]);
  const chosen = [...code.matchAll(/'([\w-]+(?:\.[\w-]+)?)'/g)].map((m) => m[1]);
  const families = [...code.matchAll(/`([\w]+)\.\$\{/g)].map((m) => m[1]);
  const suffixes = [...code.matchAll(/`\$\{\w+\}\.([\w]+)`/g)].map((m) => m[1]);
  for (const key of literal) assert.ok(key in texts, `${key} is missing`);
  for (const key of Object.keys(texts)) {
    const [family, suffix] = key.split('.');
    assert.ok(chosen.includes(key) || (suffix && (families.includes(family) || suffixes.includes(suffix))), `${key} is not used`);
  }
  const all = (family, keys) => { for (const key of keys) assert.ok(`${family}.${key}` in texts, `${family}.${key}`); };
  for (const words of Object.values(await load('launcher'))) {
    for (const key of ['chat', 'away', 'dnd', 'unavailable']) assert.ok(words[key], key);
  }
  all('intro', ['chat', 'away', 'dnd', 'unavailable']);
  all('line', ['sending', 'stored', 'delivered', 'read', 'failed']);
  all('file', ['B', 'kB', 'MB']);
});

test('i18n: no word that visitors should not read', () => each((language, key, text) => {
  assert.doesNotMatch(text, /tresen|xmpp|\bagent/i, `${language}: ${key}`);
  if (FAMILIAR[language]) assert.doesNotMatch(text, FAMILIAR[language], `${language}: ${key}`);
}));

test('i18n: written in the language\'s own letters and marks', () => each((language, key, text) => {
  if (key === 'dir') return;
  const words = text.replace(/\{\w+\}/g, '');
  if (language === 'ar') assert.doesNotMatch(words, /[a-z?,;]/i, key);
  else assert.doesNotMatch(words, /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u, `${language}: ${key}`);
  if (language === 'fr') assert.doesNotMatch(words, /[^\u00a0][:;!?]|'/, `${key}: a space that does not break before the mark, and ’`);
  if (language === 'es') assert.equal((words.match(/[?!]/g) || []).length, (words.match(/[¿¡]/g) || []).length, key);
  assert.doesNotMatch(words, /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/, `${language}: ${key}`);
}));

test('i18n: a number stands where no word beside it has to agree with it', () => each((language, key, text) => {
  // German and Turkish words for characters are the same for one and for many; seconds are a sign, a place is no quantity.
  if (!text.includes('{n}') || /^(again|queued|file\.)/.test(key) || (/^(left|over)$/.test(key) && ['de', 'tr'].includes(language))) return;
  assert.match(text, /[:(]\s?\{n\}\)?$/u, `${language}: ${key}`);
}));
