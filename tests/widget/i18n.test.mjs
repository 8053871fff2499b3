import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';

const source = new URL('../../widget/src/', import.meta.url);
const load = async (name) => (await import(new URL(`i18n/${name}.js`, source).href)).default;
const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

const files = (await readdir(source, { recursive: true })).filter((f) => f.endsWith('.js') && !f.startsWith('i18n'));
const code = (await Promise.all(files.map((f) => readFile(new URL(f, source), 'utf8')))).join('\n');
const languages = (await readdir(new URL('i18n/', source))).map((f) => /^(\w\w)\.js$/.exec(f)?.[1]).filter(Boolean);

test('i18n: every language has the same texts with the same holes', async () => {
  assert.deepEqual(languages.sort(), ['de', 'en']);
  for (const part of ['', '-more']) {
    const english = await load(`en${part}`);
    for (const language of languages) {
      const texts = await load(`${language}${part}`);
      assert.deepEqual(Object.keys(texts), Object.keys(english), language);
      for (const key in texts) {
        assert.ok(texts[key].trim(), `${language}: ${key} is empty`);
        const optional = key === 'next' ? [] : holes(english[key]);
        assert.deepEqual(holes(texts[key]), optional, `${language}: ${key}`);
      }
    }
  }
  const launcher = await load('launcher');
  assert.deepEqual(Object.keys(launcher).sort(), languages);
  assert.deepEqual(Object.keys(launcher.de), Object.keys(launcher.en));
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
  all('there', ['chat', 'away', 'dnd', 'unavailable']);
  all('intro', ['chat', 'away', 'dnd', 'unavailable']);
  all('line', ['sending', 'stored', 'delivered', 'read', 'failed']);
});

test('i18n: no word that visitors should not read', async () => {
  for (const language of languages) {
    for (const part of ['', '-more']) {
      for (const [key, text] of Object.entries(await load(`${language}${part}`))) {
        assert.doesNotMatch(text, /tresen|xmpp|\bagent/i, `${language}: ${key}`);
        if (language === 'de') assert.doesNotMatch(text, /\b(du|dich|dir|dein\w*)\b/i, key);
      }
    }
  }
});
