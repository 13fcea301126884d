import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Config, ConfigError, environmentName, isDemo, loadConfig } from './config.js';
import { envExample } from './env-example.js';
import { variables } from './variables.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app@db/messaging?sslmode=verify-full',
  AUTH_JWT_SECRET: 'x'.repeat(32),
};
const example = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');

function refusalOf(environment: NodeJS.ProcessEnv): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('The configuration', () => {
  it('has a default for every variable', () => {
    const defaults = Object.entries(variables).map(([setting, { fallback }]) => [setting, fallback]);
    expect({ ...loadConfig({}) }).toEqual(Object.fromEntries(defaults));
  });

  it('takes an empty variable for one that is not set, and does not mind spaces around a value', () => {
    expect(loadConfig({ PORT: '', HOST: '  ', DEMO: ' true ' })).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      demo: 'true',
    });
  });

  it('is made of values of the right type', () => {
    expect(
      loadConfig({ PORT: '0', MIGRATE_ON_START: 'false', CORS_ORIGINS: 'https://a, ,https://b' }),
    ).toMatchObject({
      port: 0,
      migrateOnStart: false,
      corsOrigins: ['https://a', 'https://b'],
    });
  });

  it('names every variable that is wrong at once, and shows no value', () => {
    const wrong = {
      NODE_ENV: 'prod',
      PORT: '65536',
      DATABASE_URL: 'mysql://secret',
      DATABASE_POOL_SIZE: '0',
      MIGRATE_ON_START: 'yes',
      AUTH_JWT_SECRET: 'short secret',
      AUTH_JWKS_URL: 'ftp://secret',
      TRUST_PROXY: '1.5',
      MAX_MESSAGE_LENGTH: '10001',
      LOG_LEVEL: 'verbose',
      DEMO: '1',
    };
    const message = refusalOf(wrong);
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual(
      Object.keys(variables)
        .map(environmentName)
        .filter((name) => name in wrong),
    );
    expect(message).not.toMatch(/secret|65536|verbose|mysql/);
  });

  it.each(['-1', '+1', '1e3', '0x10', '1.0', 'NaN', '٣', '1 2'])('does not take %s for a port', (PORT) =>
    expect(refusalOf({ PORT })).toMatch(/^PORT must be a whole number/),
  );

  it('makes nothing up in production', () => {
    expect(loadConfig(PRODUCTION).nodeEnv).toBe('production');
    expect(refusalOf({ ...PRODUCTION, DATABASE_URL: '' })).toMatch(/^DATABASE_URL is needed/);
    expect(refusalOf({ ...PRODUCTION, AUTH_JWT_SECRET: '' })).toMatch(
      /^AUTH_JWT_SECRET or AUTH_JWKS_URL is needed/,
    );
    expect(refusalOf({ ...PRODUCTION, DEMO: 'true' })).toMatch(/^DEMO cannot be on/);
    expect(refusalOf({ NODE_ENV: 'production', DEMO: 'true' }).split('\n')).toHaveLength(3);
    const withKeys = { ...PRODUCTION, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'https://host/keys' };
    expect(loadConfig(withKeys).authJwksUrl).toBe('https://host/keys');
  });

  it('keeps accounts only with a secret to derive their keys from', () => {
    const withKeys = { ACCOUNTS: 'true', AUTH_JWKS_URL: 'https://host/keys' };
    expect(refusalOf(withKeys)).toMatch(/^AUTH_JWT_SECRET is needed for ACCOUNTS/);
    expect(loadConfig({ ...withKeys, AUTH_JWT_SECRET: 'x'.repeat(32) }).accounts).toBe(true);
    expect(loadConfig({ ACCOUNTS: 'true' }).accounts).toBe(true);
    expect(loadConfig({ ...PRODUCTION, ACCOUNTS: 'true' }).accounts).toBe(true);
  });

  it('takes addresses of STUN and TURN servers, and a secret for the latter', () => {
    const good = ['stun:a', 'STUNS:a.example:1', 'turn:192.0.2.1', 'turns:[2001:db8::1]:65535?transport=tcp'];
    const TURN_SECRET = 'a secret of 16 bytes';
    expect(loadConfig({ TURN_URLS: good.join(', '), TURN_SECRET }).turnUrls).toEqual(good);
    expect(loadConfig({ TURN_URLS: 'stun:a' }).turnSecret).toBe('');
    for (const TURN_URLS of ['turn:a', 'stun:a,TURNS:b'])
      expect(refusalOf({ TURN_URLS })).toBe('TURN_SECRET is needed for the turn: addresses in TURN_URLS.');
    const bad = [
      'stun://a',
      'stun:',
      'stun:a:0',
      'stun:a:65536',
      'stun:a?transport=udp',
      'turn:a?transport=sctp',
    ];
    for (const url of [...bad, 'turn:a b', 'turn:user@a', 'https://a', 'a'])
      expect(refusalOf({ TURN_URLS: url, TURN_SECRET })).toMatch(/^TURN_URLS must be a list of stun:/);
    expect(refusalOf({ TURN_SECRET: 'too short' })).toBe('TURN_SECRET must have at least 16 bytes.');
  });

  it('has all of LiveKit, or nothing', () => {
    const all = { LIVEKIT_URL: 'wss://host', LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 'secret' };
    expect(loadConfig(all).livekitUrl).toBe('wss://host');
    for (const name of Object.keys(all))
      expect(refusalOf({ ...all, [name]: '' })).toMatch(/needed all, or none/);
    expect(refusalOf({ ...all, LIVEKIT_URL: 'https://host' })).toMatch(/^LIVEKIT_URL must be a URL with ws:/);
  });

  it('has demo people by itself only with its own database, outside production, on 127.0.0.1', () => {
    const demo = (environment: NodeJS.ProcessEnv): boolean => isDemo(loadConfig(environment));
    expect(demo({})).toBe(true);
    expect(demo({ NODE_ENV: 'test' })).toBe(true);
    expect(demo({ HOST: '0.0.0.0' })).toBe(false);
    expect(demo({ DATABASE_URL: PRODUCTION.DATABASE_URL })).toBe(false);
    expect(demo(PRODUCTION)).toBe(false);
    expect(demo({ DEMO: 'false' })).toBe(false);
    expect(demo({ DEMO: 'true', HOST: '0.0.0.0', DATABASE_URL: PRODUCTION.DATABASE_URL })).toBe(true);
  });

  it('can be had with changes, which leave the first one as it was', () => {
    const config = loadConfig({});
    const changed = config.with({ port: 1 });
    expect(changed).toBeInstanceOf(Config);
    expect([changed.port, changed.host, config.port]).toEqual([1, config.host, 3000]);
  });
});

describe('.env.example', () => {
  it('is what the table of variables makes', () => {
    expect(example).toBe(envExample());
  });

  it('holds every variable, and once its comments are taken away, the defaults', () => {
    expect(loadConfig(parseEnv(example))).toEqual(loadConfig({}));
    const chosen = parseEnv(example.replaceAll(/^# ([A-Z0-9_]+=)/gm, '$1')) as Record<string, string>;
    expect(Object.keys(chosen).sort()).toEqual(Object.keys(variables).map(environmentName).sort());
    expect(loadConfig(chosen)).toEqual(loadConfig({}));
  });
});
