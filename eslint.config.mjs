import './tools/lint/keep-nx-at-home.mjs';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { foreignEngines, layerRules, layerRulesForTests } from './tools/lint/layers.mjs';

const ROOT = import.meta.dirname;

// The layer rule reads Nx's picture of the workspace and stays silent without one; so it is drawn here first.
await createProjectGraphAsync({ exitOnError: true });

const SOURCES = ['{apps,libs}/*/src/**/*.ts', 'tools/**/*.ts'];
const TESTS = ['**/*.spec.ts', '**/testing.ts', '**/testing/**/*.ts', 'apps/journey/**/*.ts'];
const DOMAIN = ['libs/oci/src/**/*.ts', 'libs/registry-events/src/**/*.ts', 'libs/report/src/**/*.ts'];

const IMPURE = [
  'fs',
  'fs/promises',
  'http',
  'https',
  'http2',
  'net',
  'tls',
  'dns',
  'dgram',
  'child_process',
  'process',
];
const processEnv = {
  object: 'process',
  property: 'env',
  message: 'Only a main.ts reads the environment; take what you need as a parameter.',
};
const exportAll = { selector: 'ExportAllDeclaration', message: 'List the public names one by one.' };
const envImport = { name: 'node:process', importNames: ['env'], message: processEnv.message };

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.strata/**', '.nx/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'every file',
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-eval': 'error',
      'no-fallthrough': 'error',
      'no-param-reassign': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'max-lines': ['warn', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    name: 'typescript',
    files: SOURCES,
    extends: [tseslint.configs.strict],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js'],
          extensionAlias: { '.js': ['.ts', '.js'] },
          conditionNames: ['strata-source', 'node', 'import', 'default'],
        }),
      ],
    },
    rules: {
      ...layerRules,
      'import-x/no-cycle': ['error', { ignoreExternal: false }],
      'no-restricted-imports': ['error', { paths: [envImport] }],
      'no-restricted-properties': ['error', processEnv],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': 'off', // a Nest module is a class with a decorator and nothing else
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    name: 'a package names what it gives, one by one',
    files: ['{apps,libs}/*/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', exportAll],
    },
  },
  {
    name: 'the resolver of a field is called as it stands',
    files: ['apps/graphql-api/src/**/*.resolver.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        exportAll,
        {
          selector:
            'MethodDefinition:has(> Decorator[expression.callee.name="ResolveField"]) > FunctionExpression Decorator',
          message:
            'A field takes (parent, args, context): with decorated parameters Nest wraps every call in promises.',
        },
      ],
    },
  },
  ...Object.entries(foreignEngines).map(([project, group]) => ({
    name: `one engine for ${project}`,
    files: [`${project}/src/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [envImport], patterns: [{ group, message: 'This is the engine of another adapter.' }] },
      ],
    },
  })),
  {
    name: 'the domain is pure',
    files: DOMAIN,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'The domain crosses no network.' },
        { name: 'process', message: 'The domain knows no process.' },
      ],
      'no-restricted-imports': [
        'error',
        ...IMPURE.flatMap((name) => [name, `node:${name}`]).map((name) => ({
          name,
          message: 'The domain is pure: bytes and values only.',
        })),
      ],
    },
  },
  {
    name: 'who may read the environment',
    files: ['**/main.ts', 'tools/**', 'libs/catalog/src/embedded/run-program.ts'], // the last hands it on to a child
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    name: 'tests',
    files: TESTS,
    rules: {
      ...layerRulesForTests,
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
