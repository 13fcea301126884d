import { rules, schema, type Settings } from './config-schema.js';

/** Settings of this process, read from the environment once at the start and validated as a whole. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- its fields are those of the schema
export interface Config extends Settings {}
/** Validated environment of the server, one property for each variable. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }

  /** Copy with some settings replaced. */
  with(changes: Partial<Settings>): Config {
    return new Config({ ...this, ...changes });
  }
}

/** Invalid configuration. The message names every invalid variable and contains no value. */
export class ConfigError extends Error {}

export function environmentName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** An empty variable counts as unset. An invalid one takes its default while the rules across variables are checked. */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const errors: string[] = [];
  const entries = Object.entries(schema.shape).map(([setting, variable]) => {
    const name = environmentName(setting);
    const { success, data } = variable.safeParse(environment[name]?.trim() || undefined);
    if (!success) errors.push(`${name} must be ${variable.meta()?.expected}.`);
    return [setting, success ? data : variable.parse(undefined)];
  });
  const config = new Config(Object.fromEntries(entries) as Settings);
  errors.push(...rules.flatMap(([message, isViolated]) => (isViolated(config) ? [message] : [])));
  if (errors.length > 0) throw new ConfigError(errors.join('\n'));
  return config;
}

/** Whether demo users exist and may sign in. */
export function isDemo(config: Config): boolean {
  return findDemoObstacle(config) === null;
}

/** Setting without which there would be demo users; null when there are. */
export function findDemoObstacle({ demo, databaseUrl, nodeEnv, host }: Config): string | null {
  if (demo === 'true') return null;
  if (demo === 'false') return 'DEMO=false';
  if (databaseUrl) return 'DATABASE_URL';
  if (nodeEnv === 'production') return 'NODE_ENV=production';
  return host === '127.0.0.1' ? null : `HOST=${host}`;
}
