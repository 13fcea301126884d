// Compiles the workspace packages that the server loads at runtime, then the server: `pnpm build`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with a compiled form; the others are development tools or are used as sources. */
export const compiledPackages = ['embedded-postgres'].map((name) => join(root, 'packages', name));

const require = createRequire(import.meta.url);
const swc = join(dirname(require.resolve('@swc/cli/package.json')), 'bin/swc.js');
const nest = require.resolve('@nestjs/cli/bin/nest.js');

/** Ends the process when a compiler fails. */
export function build() {
  for (const directory of compiledPackages) {
    rmSync(join(directory, 'dist'), { recursive: true, force: true });
    const config = ['--config-file', join(root, '.swcrc'), '--strip-leading-paths', '--quiet'];
    run(swc, ['src', '--out-dir', 'dist', ...config], directory);
  }
  run(nest, ['build'], root);
}

function run(script, args, cwd) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
