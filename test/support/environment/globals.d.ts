/** Global scope of the shared modules: the sources and packages that all test files of a worker load once. */
declare const workerGlobal: typeof globalThis;
