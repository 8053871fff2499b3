import js from '@eslint/js';
import globals from 'globals';

/** Ways to make HTML of strings: none is used, and under Trusted Types none would work. */
const html = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'srcdoc', 'cookie'].map((property) => ({ property }))
  .concat(['write', 'writeln'].map((property) => ({ object: 'document', property })));

const rules = {
  'no-restricted-properties': ['error', ...html],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-restricted-globals': ['error', 'DOMParser', 'event', 'name'],
  'prefer-const': 'error',
  'no-var': 'error',
  eqeqeq: 'error',
  'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'all' }],
  'max-lines': ['error', { max: 500 }],
  'no-warning-comments': 'error',
};

export default [
  { ignores: ['**/dist/**', '**/node_modules/**'] },
  js.configs.recommended,
  { files: ['**/widget/src/**/*.js'], languageOptions: { globals: { ...globals.browser, VERSION: 'readonly', SUMS: 'readonly', ENGLISH: 'readonly' } },
    rules: { ...rules, 'max-lines-per-function': ['error', { max: 60, skipComments: true, IIFEs: true }] } },
  { files: ['**/*.mjs'], languageOptions: { globals: { ...globals.node, ...globals.browser } }, rules: { ...rules, 'no-restricted-properties': 'off' } },
];
