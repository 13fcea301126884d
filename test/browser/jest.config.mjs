import config from '../../jest.config.mjs';

/** The specs that need Chromium, apart from the others, which need only Node. */
export default {
  ...config,
  rootDir: '../..',
  testRegex: '\\.browser-spec\\.ts$',
  // In the process of jest itself: Chromium goes when that goes.
  maxWorkers: 1,
  workerIdleMemoryLimit: undefined,
};
