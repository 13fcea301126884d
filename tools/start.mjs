// Builds what is missing or older than its sources, then runs the server in this process: `pnpm start`.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build, compiledPackages, root } from './build.mjs';

const built = join(root, 'dist/main.js');
const settings = ['package.json', '.swcrc', 'nest-cli.json', 'tsconfig.build.json'];
const sources = ['src', ...settings, ...compiledPackages.map((directory) => join(directory, 'src'))];

process.chdir(root);
const isBuilt = [built, ...compiledPackages.map((directory) => join(directory, 'dist'))].every((path) =>
  existsSync(path),
);
if (!isBuilt || newest(sources.filter((path) => existsSync(path))) > statSync(built).mtimeMs) build();
await import('../dist/main.js');

function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
    }),
  );
}
