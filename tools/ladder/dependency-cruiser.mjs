import { ladder, publicFiles } from './ladder.mjs';

const pathOf = (folder) => `^src/${folder.replaceAll('.', '\\.')}(/|$)`;
const anyOf = (folders) => folders.map(pathOf).join('|');

/** No rung imports a higher one, nor a sibling (the files of the top rung are one rung and may). */
const downOnly = ladder.slice(1).flatMap((layer, index) =>
  layer.map((folder) => ({
    name: `down-only-from-${folder.replaceAll('/', '-')}`,
    severity: 'error',
    from: { path: pathOf(folder) },
    to: {
      path: anyOf([...ladder.slice(0, index + 1).flat(), ...layer.filter((sibling) => sibling !== folder)]),
    },
  })),
);

export default {
  forbidden: [
    ...downOnly,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'modules-show-only-their-public-files',
      comment: `From another module only ${publicFiles.join(', ')} and dto files.`,
      severity: 'error',
      from: { path: '^src/(modules/[^/]+|auth)' },
      to: {
        path: '^src/modules/',
        pathNot: [
          '^src/$1/',
          // Two expressions: dependency-cruiser rejects an optional folder in one as possibly exponential.
          `^src/modules/[^/]+/[^/]+\\.(${publicFiles.join('|')})\\.ts$`,
          `^src/modules/[^/]+/[^/]+/[^/]+\\.(${publicFiles.join('|')})\\.ts$`,
          '^src/modules/[^/]+/dto/',
          '^src/modules/[^/]+/[^/]+/dto/',
        ],
      },
    },
    {
      name: 'every-folder-has-its-rung',
      severity: 'error',
      from: { path: '^src/', pathNot: anyOf(ladder.flat()) },
      to: {},
    },
    {
      name: 'packages-do-not-import-the-server',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: ['^src/', '^packages/'], pathNot: '^packages/$1/' },
    },
    {
      name: 'server-imports-embedded-postgres-only',
      comment: 'The other packages are development tools or belong to clients.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/', pathNot: '^packages/embedded-postgres/src/embedded-postgres\\.ts$' },
    },
    { name: 'no-unknown-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
