// Nest 12 is ESM only and jest cannot require() ESM on Node 20, so swc turns it into CommonJS for the tests.
const decorators = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };
const typescript = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    keepClassNames: true,
    transform: decorators,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
const javascript = {
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
};

/** ESM only; what is CommonJS stays as it is, and loads the faster for it. */
const esm = [
  '@nestjs',
  'jose',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@borewit',
  '@tokenizer',
  'p-limit',
  'yocto-queue',
];

/** Settings of every kind of test. */
export const project = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  moduleNameMapper: {
    // Packages of the workspace are tested from their sources.
    '^@tms/embedded-postgres$': '<rootDir>/packages/embedded-postgres/src/embedded-postgres.ts',
    '^@tms/client/(.*)$': '<rootDir>/packages/client/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // It offers nothing to require(), which Node 20.19 can do all the same and jest cannot.
    '^file-type$': '<rootDir>/node_modules/file-type/index.js',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', typescript], '^.+\\.m?js$': ['@swc/jest', javascript] },
  transformIgnorePatterns: [`node_modules/(?!(\\.pnpm|${esm.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/packages/.*/dist'],
  globalSetup: '<rootDir>/test/support/environment/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/environment/global-teardown.mjs',
};

/** Kinds of tests and their files. `pnpm test` runs the first six, `pnpm test:heavy` the last four. */
const kinds = {
  unit: '{src,packages}',
  contract: 'test/contract',
  e2e: 'test/e2e',
  database: 'test/database',
  race: 'test/race',
  crash: 'test/crash',
  meta: 'test/meta',
  nodes: 'test/nodes',
};

export default {
  projects: Object.entries(kinds).map(([displayName, directory]) => ({
    ...project,
    displayName,
    testMatch: [`<rootDir>/${directory}/**/*.spec.ts`],
  })),
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker above this limit is replaced after its test file.
  workerIdleMemoryLimit: '700MB',
  testSequencer: '<rootDir>/test/support/environment/longest-first-sequencer.mjs',
  reporters: ['default', '<rootDir>/test/support/environment/durations-reporter.mjs'],
};
