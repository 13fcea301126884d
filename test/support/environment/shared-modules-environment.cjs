const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const requireShared = require('./shared-modules.cjs');

/**
 * Environment of Node in which the test files of a worker share sources and packages. The shared modules run in the global
 * scope of the worker: fake timers apply to it, and the test file has its Date, Error, Math and Reflect.
 */
module.exports = class SharedModulesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { requireShared, workerGlobal: globalThis, Date, Error, Math, Reflect });
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
  }
};
