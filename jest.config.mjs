/**
 * Four kinds of test, told apart by file name so that each can be run alone and the fast ones run first.
 * See CONTRIBUTING.md, "Tests".
 */
const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['strata-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true }] },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.strata/', '<rootDir>/.nx/'],
};

/** When a test counts as stuck: long enough for a machine that does much else; nothing is measured by it. */
const STUCK_AFTER_MS = 60_000;

const kind = (displayName, testMatch, extra = {}) => ({
  ...common,
  displayName,
  testMatch,
  ...extra,
});

/** A server for the run, and on it the migrated template that tests clone; from the build, as the product runs. */
const database = {
  globalSetup: '<rootDir>/libs/catalog/dist/testing/global-setup.js',
  globalTeardown: '<rootDir>/libs/catalog/dist/testing/global-teardown.js',
};

export default {
  cacheDirectory: '.strata/cache/jest',
  maxWorkers: 2,
  testTimeout: STUCK_AFTER_MS, // of a project it would have no effect
  projects: [
    kind('unit', [
      '<rootDir>/{apps,libs}/*/src/**/!(*.db|*.wire|*.story).spec.ts',
      '<rootDir>/tools/**/!(*.db|*.wire|*.story).spec.ts',
    ]),
    kind('wire', ['<rootDir>/{apps,libs}/*/src/**/*.wire.spec.ts']),
    kind('db', ['<rootDir>/{apps,libs}/*/src/**/*.db.spec.ts'], database),
    kind('story', ['<rootDir>/apps/journey/src/**/*.story.spec.ts'], database),
  ],
};
