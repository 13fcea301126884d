import { SessionMonitor } from '../../../src/kernel/identity/session-monitor.js';
import { waitUntil } from '../environment/wait-until.js';
import type { TestServer } from './test-server.js';

interface Checks {
  disconnectRevoked(): Promise<void>;
  disconnectExpired(): void;
}

/** Waits for a complete check for revoked sessions and one for expired sessions that start from now on. */
export async function untilSessionsChecked({ app }: Pick<TestServer, 'app'>): Promise<void> {
  const monitor = app.get<unknown, Checks>(SessionMonitor);
  const checks = [jest.spyOn(monitor, 'disconnectRevoked'), jest.spyOn(monitor, 'disconnectExpired')];
  // A check is complete when the next one starts.
  await waitUntil(() => checks.every(({ mock }) => mock.calls.length >= 2));
  checks.forEach((check) => check.mockRestore());
}
