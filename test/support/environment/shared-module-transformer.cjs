// Replaces a source or package in the module registry of a test file by the module that the worker has loaded.
module.exports = {
  process: (_source, path) => ({ code: `module.exports = requireShared(${JSON.stringify(path)});` }),
};
