// What a visitor has to fetch, in bytes after gzip -9. Over a limit: the build fails.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMITS = [
  { what: 'loader', files: ['loader.js'], limit: 2560 },
  { what: 'chat and German', files: ['chat.js', 'de.js'], limit: 15360 },
  { what: 'chat and English', files: ['chat.js', 'en.js'], limit: 15360 },
  { what: 'sending files', files: ['attach.js'], limit: 4096 },
  { what: 'links and files', files: ['linkify.js'], limit: 3072 },
  { what: 'BOSH', files: ['bosh.js'], limit: 1024 },
  { what: 'edits', files: ['edits.js'], limit: 5120 },
];

export async function checkSizes() {
  let over = false;
  for (const { what, files, limit } of LIMITS) {
    let size = 0;
    for (const file of files) size += gzipSync(await readFile(new URL(`dist/${file}`, import.meta.url)), { level: 9 }).length;
    over ||= size > limit;
    console.log(`${size > limit ? 'TOO BIG ' : ''}${what}: ${size} of ${limit} bytes`);
  }
  if (over) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await checkSizes();
