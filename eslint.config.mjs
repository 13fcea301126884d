import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { identifierPatterns, identifiers, wordIdentifiers } from './tools/prose/replaced-terms.mjs';

/** Names that the glossary replaced; the replacements are in tools/prose/replaced-terms.mjs. */
const replacedNames = {
  'id-denylist': ['error', ...Object.keys(identifiers), ...Object.keys(wordIdentifiers)],
  'no-restricted-syntax': [
    'error',
    ...Object.entries(identifierPatterns).map(([pattern, use]) => ({
      selector: `Identifier[name=/${pattern}/]`,
      message: `Use ${use}.`,
    })),
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.data/', 'coverage/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    ignores: ['tools/prose/replaced-terms.mjs'],
    rules: { ...replacedNames, 'object-shorthand': ['error', 'properties'], 'no-useless-rename': 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 330, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['packages/client/src/generated/**'], rules: { 'max-lines': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        AbortSignal: 'readonly',
        crypto: 'readonly',
        fetch: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
  {
    files: ['examples/call/*.js', 'test/browser/*.js'],
    languageOptions: {
      globals: {
        addEventListener: 'readonly',
        console: 'readonly',
        crypto: 'readonly',
        document: 'readonly',
        fetch: 'readonly',
        location: 'readonly',
        navigator: 'readonly',
        RTCPeerConnection: 'readonly',
        URLSearchParams: 'readonly',
        WebSocket: 'readonly',
      },
    },
  },
);
