// Runs the browser specs with an installed Chromium; none is downloaded.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const defaultPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const chromium = (process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : defaultPaths).find((path) =>
  existsSync(path),
);
if (!chromium) {
  console.error('There is no Chromium: install the Debian package chromium, or set CHROMIUM_PATH.');
  process.exit(1);
}
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const config = fileURLToPath(new URL('jest.config.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [jest, '--config', config, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM_PATH: chromium },
});
process.exit(status ?? 1);
