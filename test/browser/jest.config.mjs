import config from '../../jest.config.mjs';

/** The specs that need Chromium, apart from the others, which need only Node. */
export default {
  ...config,
  rootDir: '../..',
  testRegex: '\\.browser-spec\\.ts$',
  maxWorkers: 1,
};
