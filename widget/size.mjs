// What a visitor has to fetch, in bytes after gzip -9. Over a limit: the build fails.
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One file a language, named by its two letters. */
export const languages = (await readdir(new URL('src/i18n/', import.meta.url))).map((file) => /^(\w\w)\.js$/.exec(file)?.[1] || '').filter(Boolean).sort();
const name = new Intl.DisplayNames('en', { type: 'language' });

export const LIMITS = [
  { what: 'loader', files: ['loader.js'], limit: 2560 },
  ...languages.map((language) => ({ what: `chat and ${name.of(language)}`, files: ['chat.js', `${language}.js`], limit: 15360 })),
  { what: 'sums of the files', files: ['sums.js'], limit: 1536 },
  { what: 'sending files', files: ['attach.js'], limit: 4096 },
  { what: 'messages that were left', files: ['tickets.js'], limit: 3072 },
  { what: 'a small screen', files: ['small.js'], limit: 512 },
  { what: 'opening hours', files: ['hours.js'], limit: 1536 },
  { what: 'menu', files: ['menu.js'], limit: 3072 },
  { what: 'saving the conversation', files: ['transcript.js'], limit: 3072 },
  { what: 'searching', files: ['search.js'], limit: 2560 },
  { what: 'sound and notifications', files: ['alerts.js'], limit: 1536 },
  { what: 'ratings', files: ['rating.js'], limit: 2560 },
  { what: 'what all visitors are told', files: ['bulletin.js'], limit: 1024 },
  { what: 'links and files', files: ['linkify.js'], limit: 3072 },
  { what: 'a choice of departments', files: ['choose.js'], limit: 6656 },
  { what: 'BOSH', files: ['bosh.js'], limit: 1024 },
  { what: 'invitations', files: ['invite.js'], limit: 2560 },
  { what: 'pages that are monitored', files: ['monitoring.js'], limit: 256 },
  { what: 'waiting for consent', files: ['consent.js'], limit: 320 },
  { what: 'calls of the page', files: ['api.js'], limit: 1536 },
  { what: 'who the page says that the visitor is', files: ['identity.js'], limit: 1536 },
  { what: 'edits', files: ['edits.js'], limit: 5120 },
];

/** The gateway's zlib is the system's: its gzip comes to the same but for the largest file, where it is a little more. Node's own is another one, and smaller now and then. @param {string} file */
const weigh = (file) => execFileSync('gzip', ['-9nc', fileURLToPath(new URL(`dist/${file}`, import.meta.url))]).length;

export function checkSizes() {
  let over = false;
  for (const { what, files, limit } of LIMITS) {
    let size = 0;
    for (const file of files) size += weigh(file);
    over ||= size > limit;
    console.log(`${size > limit ? 'TOO BIG ' : ''}${what}: ${size} of ${limit} bytes`);
  }
  if (over) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) checkSizes();
