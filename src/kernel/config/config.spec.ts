import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { schema } from './config-schema.js';
import { Config, ConfigError, environmentName, findDemoObstacle, isDemo, loadConfig } from './config.js';
import { envExample } from '../../../tools/env-example.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app@db/messaging?sslmode=verify-full',
  AUTH_JWT_SECRET: 'x'.repeat(32),
};
const names = Object.keys(schema.shape).map(environmentName);
const example = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');

function errorOf(environment: NodeJS.ProcessEnv): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('loadConfig', () => {
  it('has a default for every variable', () => {
    expect({ ...loadConfig({}) }).toEqual(schema.parse({}));
    expect(Object.values(loadConfig({}))).not.toContain(undefined);
  });

  it('treats an empty variable as unset and trims spaces', () => {
    expect(loadConfig({ PORT: '', HOST: '  ', DEMO: ' true ' })).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      demo: 'true',
    });
  });

  it('converts values to the type of the variable', () => {
    expect(
      loadConfig({ PORT: '0', MIGRATE_ON_START: 'false', CORS_ORIGINS: 'https://a, ,https://b' }),
    ).toMatchObject({
      port: 0,
      migrateOnStart: false,
      corsOrigins: ['https://a', 'https://b'],
    });
  });

  it('names every invalid variable at once and no value', () => {
    const invalid = {
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
    const message = errorOf(invalid);
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual(
      names.filter((name) => name in invalid),
    );
    expect(message).not.toMatch(/secret|65536|verbose|mysql/);
  });

  it('checks the rules across variables beside an invalid variable', () => {
    expect(errorOf({ NODE_ENV: 'production', PORT: 'x' }).split('\n')).toEqual([
      'PORT must be an integer from 0 to 65535.',
      'DATABASE_URL is required in production.',
      'AUTH_JWT_SECRET or AUTH_JWKS_URL is required in production.',
    ]);
  });

  it.each(['-1', '+1', '1e3', '0x10', '1.0', 'NaN', '٣', '1 2'])('rejects the port %s', (PORT) =>
    expect(errorOf({ PORT })).toMatch(/^PORT must be an integer/),
  );

  it('requires a database and a token key in production, and rejects the demo', () => {
    expect(loadConfig(PRODUCTION).nodeEnv).toBe('production');
    expect(errorOf({ ...PRODUCTION, DATABASE_URL: '' })).toMatch(/^DATABASE_URL is required/);
    expect(errorOf({ ...PRODUCTION, AUTH_JWT_SECRET: '' })).toMatch(
      /^AUTH_JWT_SECRET or AUTH_JWKS_URL is required/,
    );
    expect(errorOf({ ...PRODUCTION, DEMO: 'true' })).toMatch(/^DEMO=true is not allowed/);
    expect(errorOf({ NODE_ENV: 'production', DEMO: 'true' }).split('\n')).toHaveLength(3);
    const withKeys = { ...PRODUCTION, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'https://host/keys' };
    expect(loadConfig(withKeys).authJwksUrl).toBe('https://host/keys');
  });

  it('requires a secret for local accounts', () => {
    const withKeys = { LOCAL_ACCOUNTS: 'true', AUTH_JWKS_URL: 'https://host/keys' };
    expect(errorOf(withKeys)).toMatch(/^AUTH_JWT_SECRET is required for LOCAL_ACCOUNTS/);
    expect(loadConfig({ ...withKeys, AUTH_JWT_SECRET: 'x'.repeat(32) }).localAccounts).toBe(true);
    expect(loadConfig({ LOCAL_ACCOUNTS: 'true' }).localAccounts).toBe(true);
    expect(loadConfig({ ...PRODUCTION, LOCAL_ACCOUNTS: 'true' }).localAccounts).toBe(true);
  });

  it('requires more time for the headers of a request than an idle connection has', () => {
    expect(errorOf({ HTTP_KEEP_ALIVE_SECONDS: '120' })).toMatch(/^HTTP_HEADERS_SECONDS must be greater/);
    expect(
      loadConfig({ HTTP_KEEP_ALIVE_SECONDS: '120', HTTP_HEADERS_SECONDS: '121' }).httpHeadersSeconds,
    ).toBe(121);
  });

  it('requires both halves of an S3 key, or none', () => {
    const both = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
    expect(loadConfig(both)).toMatchObject({ s3AccessKeyId: 'id', s3SecretAccessKey: 'secret' });
    for (const name of Object.keys(both))
      expect(errorOf({ ...both, [name]: '' })).toMatch(/^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/);
  });

  it('accepts URIs of STUN and TURN servers, and requires a secret for TURN', () => {
    const valid = [
      'stun:a',
      'STUNS:a.example:1',
      'turn:192.0.2.1',
      'turns:[2001:db8::1]:65535?transport=tcp',
    ];
    const TURN_SECRET = 'a secret of 16 bytes';
    expect(loadConfig({ TURN_URLS: valid.join(', '), TURN_SECRET }).turnUrls).toEqual(valid);
    expect(loadConfig({ TURN_URLS: 'stun:a' }).turnSecret).toBe('');
    for (const TURN_URLS of ['turn:a', 'stun:a,TURNS:b'])
      expect(errorOf({ TURN_URLS })).toBe(
        'TURN_SECRET is required for the turn: and turns: URIs in TURN_URLS.',
      );
    const invalid = [
      'stun://a',
      'stun:',
      'stun:a:0',
      'stun:a:65536',
      'stun:a?transport=udp',
      'turn:a?transport=sctp',
    ];
    for (const uri of [...invalid, 'turn:a b', 'turn:user@a', 'https://a', 'a'])
      expect(errorOf({ TURN_URLS: uri, TURN_SECRET })).toMatch(
        /^TURN_URLS must be a comma-separated list of stun:/,
      );
    expect(errorOf({ TURN_SECRET: 'too short' })).toBe('TURN_SECRET must be at least 16 bytes long.');
  });

  it('requires all variables of LiveKit, or none', () => {
    const all = { LIVEKIT_URL: 'wss://host', LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 'secret' };
    expect(loadConfig(all).livekitUrl).toBe('wss://host');
    for (const name of Object.keys(all))
      expect(errorOf({ ...all, [name]: '' })).toMatch(/are required together/);
    expect(errorOf({ ...all, LIVEKIT_URL: 'https://host' })).toMatch(/^LIVEKIT_URL must be a URL with ws:/);
  });
});

describe('Config', () => {
  it('enables the demo by default only with the embedded database, outside production, on 127.0.0.1', () => {
    const demo = (environment: NodeJS.ProcessEnv): boolean => isDemo(loadConfig(environment));
    expect(demo({})).toBe(true);
    expect(demo({ NODE_ENV: 'test' })).toBe(true);
    expect(demo({ HOST: '0.0.0.0' })).toBe(false);
    expect(demo({ DATABASE_URL: PRODUCTION.DATABASE_URL })).toBe(false);
    expect(demo(PRODUCTION)).toBe(false);
    expect(demo({ DEMO: 'false' })).toBe(false);
    expect(demo({ DEMO: 'true', HOST: '0.0.0.0', DATABASE_URL: PRODUCTION.DATABASE_URL })).toBe(true);
  });

  it('names the setting without which there would be demo users', () => {
    const obstacle = (environment: NodeJS.ProcessEnv): string | null =>
      findDemoObstacle(loadConfig(environment));
    expect(obstacle({})).toBeNull();
    expect(obstacle({ HOST: '0.0.0.0' })).toBe('HOST=0.0.0.0');
    expect(obstacle({ DATABASE_URL: PRODUCTION.DATABASE_URL })).toBe('DATABASE_URL');
    expect(obstacle({ DEMO: 'false' })).toBe('DEMO=false');
  });

  it('is copied by with, which leaves the original unchanged', () => {
    const config = loadConfig({});
    const changed = config.with({ port: 1 });
    expect(changed).toBeInstanceOf(Config);
    expect([changed.port, changed.host, config.port]).toEqual([1, config.host, 3000]);
  });
});

describe('.env.example', () => {
  it('equals the text generated from the schema', () => {
    expect(example).toBe(envExample());
  });

  it('describes every variable in at least three words', () => {
    const undescribed = Object.entries(schema.shape).filter(
      ([, { description }]) => !/(\S+\s+){2}\S+/.test(description ?? ''),
    );
    expect(undescribed).toEqual([]);
  });

  it('names every variable, and its defaults once uncommented', () => {
    expect(loadConfig(parseEnv(example))).toEqual(loadConfig({}));
    const uncommented = parseEnv(example.replaceAll(/^# ([A-Z0-9_]+=)/gm, '$1')) as Record<string, string>;
    expect(Object.keys(uncommented).sort()).toEqual([...names].sort());
    expect(loadConfig(uncommented)).toEqual(loadConfig({}));
  });
});
