import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { typescript } = require('./test/support/environment/swc-options.cjs');
const { dependencies } = require('./package.json');

/** Packages that all test files of a worker share; jest could not load the ESM of some of them. */
const shared = [...Object.keys(dependencies), '@nestjs/testing', 'socket.io-client'].join('|');

/** Settings of every kind of test. */
export const project = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/environment/shared-modules-environment.cjs',
  moduleNameMapper: {
    // Packages of the workspace are tested from their sources.
    '^@tms/embedded-postgres$': '<rootDir>/packages/embedded-postgres/src/embedded-postgres.ts',
    '^@tms/client/(.*)$': '<rootDir>/packages/client/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '/test/.+\\.ts$|\\.spec\\.ts$': ['@swc/jest', { ...typescript, sourceMaps: 'inline' }],
    [`\\.ts$|/tools/.+\\.mjs$|/node_modules/(${shared})/`]:
      '<rootDir>/test/support/environment/shared-module-transformer.cjs',
  },
  transformIgnorePatterns: [`/node_modules/(?!(\\.pnpm|${shared})/)`],
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
