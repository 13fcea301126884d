import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groups } from '../src/kernel/config/config-schema.js';
import { environmentName } from '../src/kernel/config/config.js';

const WIDTH = 110;

/** Text of `.env.example`; a test holds the file equal to it. `pnpm generate:env` writes the file. */
export function envExample(): string {
  const sections = Object.entries(groups).map(([heading, variables]) => {
    const entries = Object.entries(variables).map(([setting, variable]) => {
      const { description, expected } = variable.meta() ?? {};
      const limit = expected ? ` ${sentence(expected)}` : '';
      const assignment = `# ${environmentName(setting)}=${String(variable.parse(undefined))}`;
      return [...wrap(`${description}${limit}`), assignment].join('\n');
    });
    return [`## ${heading} ${'-'.repeat(WIDTH - heading.length - 4)}`, ...entries].join('\n\n');
  });
  const head =
    '# Environment variables with their defaults. Copy to .env and uncomment a line to change its value.';
  return `${[head, ...sections].join('\n\n')}\n`;
}

function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
}

/** Comment lines, broken between words. */
function wrap(paragraph: string): string[] {
  const lines = ['##'];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1)!;
    if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`## ${word}`);
  }
  return lines;
}

if (require.main === module) writeFileSync(join(__dirname, '../.env.example'), envExample());
