import { environmentName } from './config.js';
import { variables } from './variables.js';

const WIDTH = 110;

/**
 * The text of `.env.example`, which a test holds equal to it. To write it again:
 * `npx tsx -e "process.stdout.write(require('./src/kernel/config/env-example').envExample())" > .env.example`
 */
export function envExample(): string {
  const entries = Object.entries(variables).map(([setting, { doc, fallback }]) =>
    [...wrap(doc), `# ${environmentName(setting)}=${String(fallback)}`].join('\n'),
  );
  const head = 'Copy this to .env and take away the # where you decide otherwise. Shown are the defaults.';
  return `${[`# ${head}`, ...entries].join('\n\n')}\n`;
}

/** Lines of comment, broken between words. */
function wrap(doc: string): string[] {
  const lines = ['##'];
  for (const word of doc.split(' ')) {
    const last = lines.at(-1)!;
    if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`## ${word}`);
  }
  return lines;
}
