import { variables } from './variables.js';

type Settings = { readonly [Name in keyof typeof variables]: (typeof variables)[Name]['fallback'] };

/** What the operator decided, read once at the start and validated as a whole. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- its fields are those of the table
export interface Config extends Settings {}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }

  /** The same configuration with some settings replaced. */
  with(changes: Partial<Settings>): Config {
    return new Config({ ...this, ...changes });
  }
}

/** The configuration cannot be used; the message names every variable that is wrong, and no value. */
export class ConfigError extends Error {}

export function environmentName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const wrong: string[] = [];
  const entries = Object.entries(variables).map(([setting, variable]) => {
    const name = environmentName(setting);
    const raw = environment[name]?.trim();
    try {
      return [setting, raw ? variable.read(raw) : variable.fallback];
    } catch (error) {
      wrong.push(`${name} ${(error as Error).message}.`);
      return [setting, variable.fallback];
    }
  });
  const config = new Config(Object.fromEntries(entries) as Settings);
  wrong.push(...contradictions(config));
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return config;
}

function contradictions(config: Config): string[] {
  const wrong: string[] = [];
  if (config.accounts && config.authJwksUrl && !config.authJwtSecret)
    wrong.push('AUTH_JWT_SECRET is needed for ACCOUNTS beside AUTH_JWKS_URL.');
  if (!config.s3AccessKeyId !== !config.s3SecretAccessKey)
    wrong.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed both, or neither.');
  if (!config.turnSecret && config.turnUrls.some((address) => /^turn/i.test(address)))
    wrong.push('TURN_SECRET is needed for the turn: addresses in TURN_URLS.');
  if (new Set([config.livekitUrl, config.livekitApiKey, config.livekitApiSecret].map(Boolean)).size > 1)
    wrong.push('LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are needed all, or none.');
  if (config.nodeEnv !== 'production') return wrong;
  if (config.demo === 'true') wrong.push('DEMO cannot be on in production.');
  if (!config.databaseUrl) wrong.push('DATABASE_URL is needed in production.');
  if (!config.authJwtSecret && !config.authJwksUrl)
    wrong.push('AUTH_JWT_SECRET or AUTH_JWKS_URL is needed in production.');
  return wrong;
}

/** Whether the demo people exist and may sign in. */
export function isDemo(config: Config): boolean {
  if (config.demo !== 'auto') return config.demo === 'true';
  return !config.databaseUrl && config.nodeEnv !== 'production' && config.host === '127.0.0.1';
}
