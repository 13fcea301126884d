import type { Answer } from './transports.js';

/**
 * Repeats a request while the server has no capacity for it (503, nothing was changed), as clients do. Races of hundreds of
 * requests on a loaded machine reach that limit.
 */
export async function retryUnavailable<Output>(
  request: () => Promise<Answer<Output>>,
): Promise<Answer<Output>> {
  for (;;) {
    const answer = await request();
    if (answer.ok || answer.error.code !== 'service_unavailable') return answer;
  }
}
