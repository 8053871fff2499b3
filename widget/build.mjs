// Bundles src/ into dist/: loader.js (classic script), chat.js, what it fetches later (bosh.js, form.js, …) and one file a language (modules), manifest.json.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { checkSizes } from './size.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { version } = JSON.parse(await readFile(path('package.json'), 'utf8'));

/** Style sheets are strings in the bundle, minified. */
const styles = {
  name: 'styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async (args) => {
      const { code } = await esbuild.transform(await readFile(args.path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

const common = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  legalComments: 'none',
  define: { VERSION: JSON.stringify(version) },
  plugins: [styles],
  logLevel: 'warning',
};

await rm(path('dist'), { recursive: true, force: true });
await mkdir(path('dist'));
await esbuild.build({ ...common, format: 'iife', entryPoints: [path('src/loader.js')], outfile: path('dist/loader.js') });
await esbuild.build({
  ...common,
  format: 'esm',
  outdir: path('dist'),
  entryPoints: {
    chat: path('src/main.js'),
    bosh: path('src/transport/bosh.js'),
    form: path('src/view/form.js'),
    menu: path('src/view/menu.js'),
    linkify: path('src/view/linkify.js'),
    ...Object.fromEntries(['de', 'de-more', 'en', 'en-more'].map((name) => [name, path(`src/i18n/${name}.js`)])),
  },
});

const files = [];
for (const name of (await readdir(path('dist'))).sort()) {
  const sha384 = createHash('sha384').update(await readFile(path(`dist/${name}`))).digest('base64');
  files.push({ name, sha384 });
}
await writeFile(path('dist/manifest.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
await checkSizes();
