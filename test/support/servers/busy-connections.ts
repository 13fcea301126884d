import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Takes connections of the pool of a server. The result returns them; a second call has no effect. */
export async function holdConnections(app: INestApplication, count: number): Promise<() => Promise<void>> {
  const runners = Array.from({ length: count }, () => app.get(DataSource).createQueryRunner());
  await Promise.all(runners.map((runner) => runner.connect()));
  return async () => {
    await Promise.all(runners.map((runner) => runner.release()));
  };
}
