import { project } from '../../jest.config.mjs';

/** Tests that need Chromium; all others need only Node.js. */
export default {
  ...project,
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
  // In the process of jest: Chromium ends with it.
  maxWorkers: 1,
};
