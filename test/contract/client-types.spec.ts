import { execFile } from 'node:child_process';
import { join } from 'node:path';

const project = join(__dirname, '../..');

describe('The wire types of the client package', () => {
  it('are those of the contract', async () => {
    const args = ['tools/generate-client-types.mjs', '--check'];
    const problem = await new Promise<string>((resolve) =>
      execFile(process.execPath, args, { cwd: project }, (error, stdout, stderr) =>
        resolve(error ? stdout + stderr : ''),
      ),
    );
    expect(problem).toBe('');
  });
});
