// ESLint, flat configuration: the rules of CONTRIBUTING.md that a machine can check. Layout is Prettier's alone.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import * as regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const typed = ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts']; // what tsconfig.json includes
const tests = ['src/**/*.spec.ts', 'test/**/*.ts'];

/** Every global of the running Node.js, read-only: JavaScript files have no compiler that knows them. */
const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.data/', 'demo/']),
  // A rule that does not fit is changed here, for everyone to see, not silenced at the place where it bites.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  regexp.configs['flat/recommended'],
  {
    rules: {
      'no-warning-comments': 'error', // notes of unfinished work belong in the issue tracker
      'regexp/no-super-linear-move': 'error', // text comes from strangers: no quadratic search either
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true } },
      ],
    },
  },
  {
    // Their tools load the default export: the configurations, and Jest's global setup and teardown.
    files: ['*.config.{js,ts}', 'test/**/global-{setup,teardown}.js'],
    rules: { 'no-restricted-exports': 'off' },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: nodeGlobals } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: nodeGlobals } },

  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // In a file with decorators this rule stays silent, because tsconfig.json has emitDecoratorMetadata: Nest
      // finds what to inject by the classes in the constructor, so their imports must survive compilation.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }], // Nest's modules are empty
      // DTO and view classes describe plain objects; and limits count code points, which [...text] gives.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }], // what was caught goes on
      '@typescript-eslint/require-await': 'off', // async also promises that an error is a rejection
      '@typescript-eslint/no-confusing-void-expression': 'off', // `return next()` is how Express code reads
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', 250],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'max-lines-per-function': ['error', 60],
      complexity: ['error', { max: 15, variant: 'modified' }], // modified: a switch is one decision
      'max-depth': ['error', 3],
    },
  },
  // What the operator writes is no attack, and short.
  { files: ['src/config/**'], rules: { 'regexp/no-super-linear-move': 'off' } },
  { files: ['src/cli/**', 'src/main.ts', 'src/**/*banner.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'src/config is the only reader of the environment.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({
            name,
            importNames: ['env'],
            message: 'src/config is the only reader of the environment.',
          })),
        },
      ],
    },
  },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off', // a describe block is one function
      // Answers arrive as JSON of no type and rows by position; the assertion that follows is the check.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo|failing)$/]',
          message: 'Every test runs, every time.',
        },
      ],
    },
  },
  // One table of all routes, so that none is forgotten.
  { files: ['test/contract/statements.e2e-spec.ts'], rules: { 'max-lines': ['error', 500] } },
);
