import { project } from '../../jest.config.mjs';

/** Tests that need Chromium; all others need only Node.js. */
export default {
  ...project,
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
  testTimeout: 60_000,
  // In the process of jest, so that Chromium ends with it.
  maxWorkers: 1,
};
