// Loads sources and packages in the worker process itself, compiled by swc, so that all test files of a worker share them.
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const sourceMapSupport = require('source-map-support');
const { transformFileSync } = require('@swc/core');
const { typescript } = require('./swc-options.cjs');

const root = dirname(require.resolve('../../../package.json'));
const embeddedPostgres = join(root, 'packages/embedded-postgres/src/embedded-postgres.ts');
const maps = new Map();

Module._extensions['.ts'] = (module, path) => {
  const { code, map } = transformFileSync(path, typescript);
  maps.set(path, map);
  module._compile(code, path);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function resolveSource(request, parent, ...rest) {
  if (request === '@tms/embedded-postgres') return embeddedPostgres;
  if (request.startsWith('.') && request.endsWith('.js')) {
    const path = resolve(dirname(parent.filename), request.replace(/\.js$/, '.ts'));
    if (existsSync(path)) return path;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};

sourceMapSupport.install({
  environment: 'node',
  handleUncaughtExceptions: false,
  retrieveSourceMap: (path) => (maps.has(path) ? { url: path, map: maps.get(path) } : null),
});

module.exports = require;
