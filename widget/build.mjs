// Bundles src/ into dist/: loader.js (classic script), chat.js, what it fetches later (bosh.js, form.js, …) and one file a language (modules); sums.js with the hash of each of these, and
// the loader has the hash of that; manifest.json, words.json.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { minify } from 'terser';
import launcher from './src/i18n/launcher.js';
import { checkSizes } from './size.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { version } = JSON.parse(await readFile(path('package.json'), 'utf8'));

/** Style sheets are strings in the bundle, minified. */
const styles = {
  name: 'styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async (args) => {
      const { code } = await esbuild.transform(await readFile(args.path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim().replace(/(--[\w-]+): /g, '$1:'), loader: 'text' };
    });
  },
};

// Properties of our own that neither the browser nor what is stored knows: short in the bundle, and the same in each file of it. The first are what the loader passes on, and all of them that it has.
const PASSED = 'button|frame|gateway|prefix';
const OURS = `${PASSED}|acknowledge|adopt|agent|archive|askEarlier|asked|attrs|bosh|bottom|bulletin|careful|chat|checkedIn|condition|connection|describe|disconnected|draft|drop|edited|` +
  'element|enter|entries|face|first|follow|form|hasTickets|hear|hurry|identity|inner|isShut|jump|jwt|known|last|lead|leads|links|local|mark|met|moved|mustAsk|named|' +
  'older|onelement|onready|onstart|onstate|ontab|pending|present|query|recall|receipts|receive|refuse|refused|reject|render|renew|reset|restart|room|running|says|see|' +
  'sendAgain|shared|shut|signature|state|store|stream|synced|tabs|tell|tickets|timer|token|told|until|visit|vouch|wantsReceipt|websocket';

// A text is found by its name, which is a string where it is asked for, and so is what is filled into it: those names must stay.
for (const file of ['en', 'en-more']) {
  const texts = await readFile(path(`src/i18n/${file}.js`), 'utf8');
  const lost = OURS.split('|').filter((name) => new RegExp(`^\\s*${name}:|\\{${name}\\}`, 'm').test(texts));
  if (lost.length) throw new Error(`${file}.js has texts of these names, which may not be shortened: ${lost.join(', ')}`);
}

// A name that the browser's own objects have, too, is used of ours only.
for (const file of await readdir(path('src'), { recursive: true })) {
  if (!file.endsWith('.js') || file === 'loader.js') continue;
  const taken = new RegExp(`\\b(?:Object|Array|Promise|navigator|document|crypto|location)\\.(?:${OURS})\\b`).exec(await readFile(path(`src/${file}`), 'utf8'));
  if (taken) throw new Error(`${file} says ${taken[0]}, and that name is shortened`);
}

const common = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  legalComments: 'none',
  define: { VERSION: JSON.stringify(version), ENGLISH: JSON.stringify({ open: launcher.en.open, failed: launcher.en.failed }) },
  plugins: [styles],
  logLevel: 'warning',
  write: false,
  outdir: path('dist'),
};

const short = (names) => new RegExp(`^(${names})$`);
const modules = { ...common, format: 'esm', mangleProps: short(OURS) };
const chat = { chat: path('src/main.js') };
// What the chat calls them they are called in what it fetches, too.
const { mangleCache } = await esbuild.build({ ...modules, mangleCache: {}, entryPoints: chat });

const later = await esbuild.build({
  ...modules,
  mangleCache,
  entryPoints: {
    ...chat,
    api: path('src/api.js'),
    bosh: path('src/transport/bosh.js'),
    form: path('src/view/form.js'),
    menu: path('src/view/menu.js'),
    edits: path('src/view/edits.js'),
    attach: path('src/view/attach.js'),
    tickets: path('src/view/tickets.js'),
    rating: path('src/view/rating.js'),
    face: path('src/view/face.js'),
    small: path('src/view/small.js'),
    identity: path('src/identity.js'),
    bulletin: path('src/view/bulletin.js'),
    invite: path('src/invite.js'),
    consent: path('src/consent.js'),
    monitoring: path('src/monitoring.js'),
    transcript: path('src/view/transcript.js'),
    search: path('src/view/search.js'),
    alerts: path('src/view/alerts.js'),
    choose: path('src/choose.js'),
    hours: path('src/view/hours.js'),
    linkify: path('src/view/linkify.js'),
    ...Object.fromEntries((await readdir(path('src/i18n'))).filter((f) => f !== 'launcher.js').map((f) => f.slice(0, -3)).map((name) => [name, path(`src/i18n/${name}.js`)])),
  },
});

/** A few per cent smaller than what esbuild makes; unsafe: we change none of the built-in constructors. @param {string} text @param {boolean} module */
const squeeze = async (text, module) => (await minify(text, { module, ecma: 2022, compress: { passes: 3, sequences: false, unsafe: true, pure_getters: true, unsafe_arrows: true } })).code;
const hash = (kind, contents) => createHash(kind).update(contents).digest('base64');

const files = await Promise.all(later.outputFiles.map(async ({ path: file, text }) => (
  { name: basename(file), contents: (await squeeze(text, true)).replace(/^\w+ (\w+)=(\{.*\});export\{\1 as default\};$/s, 'export default$2') })));
const sums = Object.fromEntries(files.map(({ name, contents }) => [basename(name, '.js'), `sha256-${hash('sha256', contents)}`]).sort());
files.push({ name: 'sums.js', contents: `export default${JSON.stringify(sums)}` });
const { outputFiles: [loader] } = await esbuild.build({
  ...common,
  format: 'iife',
  mangleProps: short(PASSED),
  mangleCache,
  entryPoints: { loader: path('src/loader.js') },
  define: { ...common.define, SUMS: JSON.stringify(`sha256-${hash('sha256', files.at(-1).contents)}`) },
});
// Nothing of it means something else where it is not strict, and what was written is read as a module by the checks.
files.push({ name: 'loader.js', contents: (await squeeze(loader.text, false)).replace(/^"use strict";/, '') });
files.sort((a, b) => (a.name < b.name ? -1 : 1));
const manifest = { version, files: files.map(({ name, contents }) => ({ name, sha384: hash('sha384', contents) })) };
/** What the daemon knows of the words: languages with what the launcher says, and each text with what is filled into it. */
const said = async (name) => (await import(`./src/i18n/${name}.js`)).default;
const english = Object.entries({ ...launcher.en, ...await said('en'), ...await said('en-more') });
const words = {
  languages: Object.fromEntries(await Promise.all(Object.entries(launcher).map(async ([name, texts]) => [name, { dir: (await said(name)).dir || 'ltr', launcher: texts }]))),
  texts: Object.fromEntries(english.map(([key, text]) => [key, [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).join(' ')])),
};
files.push({ name: 'words.json', contents: `${JSON.stringify(words, null, 2)}\n` });
files.push({ name: 'manifest.json', contents: `${JSON.stringify(manifest, null, 2)}\n` });

// Each file is replaced in one step: who serves the folder meanwhile never finds half of one, or none.
await mkdir(path('dist'), { recursive: true });
for (const { name, contents } of files) {
  await writeFile(path(`dist/${name}.new`), contents);
  await rename(path(`dist/${name}.new`), path(`dist/${name}`));
}
for (const name of await readdir(path('dist'))) {
  if (!files.some((file) => file.name === name)) await rm(path(`dist/${name}`), { recursive: true });
}
checkSizes();
