import { exportJWK, generateKeyPair, type JWTHeaderParameters } from 'jose';
import { HostKeys } from './host-keys.js';

const HOUR_MS = 3_600_000;
const HEADER: JWTHeaderParameters = { alg: 'ES256', kid: 'known' };
const TOKEN = { payload: '', signature: '' };

describe('The keys of the host product', () => {
  let load: jest.SpiedFunction<typeof fetch>;
  let response: Response;

  beforeAll(async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const body = { keys: [{ ...(await exportJWK(publicKey)), ...HEADER }] };
    // A Response would load modules of Node.js during the fake timers, which they would keep.
    response = { status: 200, json: () => Promise.resolve(body) } as Response;
  });
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance', 'hrtime'],
    });
    load = jest.spyOn(workerGlobal, 'fetch').mockImplementation(() => Promise.resolve(response));
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('are refreshed without a request, so that an outage after a quiet night finds them recent', async () => {
    const keys = new HostKeys(new URL('http://host.example/jwks'));
    await keys.resolveKey(HEADER, TOKEN);
    await jest.advanceTimersByTimeAsync(13 * HOUR_MS);
    expect(load.mock.calls.length).toBeGreaterThan(100);
    load.mockImplementation(() => Promise.reject(new Error('unreachable')));
    await jest.advanceTimersByTimeAsync(11 * HOUR_MS);
    expect(await keys.resolveKey(HEADER, TOKEN)).toBeDefined();
  });

  it('are returned at once during an outage, and loaded with growing pauses', async () => {
    const keys = new HostKeys(new URL('http://host.example/jwks'));
    await keys.resolveKey(HEADER, TOKEN);
    load.mockImplementation(
      () =>
        new Promise((_resolve, reject) => workerGlobal.setTimeout(() => reject(new Error('timeout')), 2_000)),
    );
    load.mockClear();
    for (let minute = 0; minute < 60; minute++) {
      await jest.advanceTimersByTimeAsync(60_000);
      let isKnown = false;
      void Promise.resolve(keys.resolveKey(HEADER, TOKEN)).then(() => (isKnown = true));
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(isKnown).toBe(true);
    }
    expect(load.mock.calls.length).toBeLessThan(100);
  });
});
