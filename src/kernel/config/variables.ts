import { bool, choice, count, iceUrls, list, secret, text, url } from './readers.js';

/** Every environment variable of the server. `.env.example` is made from this table, and a test holds them equal. */
export const variables = {
  nodeEnv: choice('development: friendly defaults. production: nothing is made up.', 'development', [
    'development',
    'test',
    'production',
  ]),
  port: count('TCP port of REST and Socket.IO. 0: any free one.', 3000, 0, 65_535),
  host: text('Address to listen on. 0.0.0.0: all of them.', '127.0.0.1'),
  logLevel: choice('The least important lines that are logged: log tells of the start too.', 'warn', [
    'fatal',
    'error',
    'warn',
    'log',
    'debug',
  ]),

  databaseUrl: url(
    'PostgreSQL 15 or later, as the role of docker/grants.sql; sslmode as libpq. Empty: the server brings its own.',
    ['postgres:', 'postgresql:'],
  ),
  databaseMigrationUrl: url(
    'The same database as the role that owns the schema, for migrations. Empty: DATABASE_URL.',
    ['postgres:', 'postgresql:'],
  ),
  databasePoolSize: count(
    'Connections that this node keeps at most, besides one that it reserves for itself.',
    10,
    1,
    1_000,
  ),
  migrateOnStart: bool('Whether the start brings the schema up to date.', true),
  dataDir: text(
    'Where the PostgreSQL that the server brings, and the secret that it makes, are kept.',
    '.data',
  ),

  authJwtSecret: secret(
    'The host signs its JWTs with this (HS256, RFC 7518: at least 32 bytes). Empty outside production: one is made and kept in DATA_DIR.',
    32,
  ),
  authJwksUrl: url('Where the host publishes its public keys (RFC 7517) for RS256, ES256 and EdDSA.', [
    'http:',
    'https:',
  ]),
  authIssuer: text('The `iss` that every token must carry. Empty: not checked.', ''),
  authAudience: text('The `aud` that every token must carry. Empty: not checked.', ''),

  accounts: bool(
    'Whether the server keeps accounts itself, beside the people of the host: register, login, refresh, logout. Beside AUTH_JWKS_URL it needs AUTH_JWT_SECRET too.',
    false,
  ),

  demo: choice(
    'Demo users alice, bob and carol with tokens at the start. auto: only with no DATABASE_URL, outside production, on 127.0.0.1.',
    'auto',
    ['auto', 'true', 'false'],
  ),
  corsOrigins: list(
    'Origins of browsers that may call (comma separated; * for all). Empty: the same origin only.',
  ),
  trustProxy: count('How many reverse proxies stand in front (X-Forwarded-For).', 0, 0, 10),
  maxGroupMembers: count('People in a group or channel at most.', 100_000, 2, 1_000_000),
  receiptsMaxMembers: count(
    'Members up to which a conversation shows who has read how far. 0: no limit.',
    100,
    0,
    1_000_000,
  ),
  typingMaxMembers: count(
    'Members up to which a conversation shows who is typing. 0: no limit.',
    100,
    0,
    1_000_000,
  ),
  editHistory: choice(
    'Who sees what a message said before it was edited. nobody: it is not kept.',
    'members',
    ['members', 'author', 'nobody'],
  ),
  uploadMaxBytes: count(
    'Bytes of an uploaded file at most. It must arrive within five minutes.',
    50 * 1024 * 1024,
    1,
    5_000_000_000,
  ),
  uploadQuotaBytes: count(
    'Bytes that the files of one person may take up together. 0: no limit.',
    0,
    0,
    Number.MAX_SAFE_INTEGER,
  ),
  uploadIdleSeconds: count('Seconds without a byte after which an upload is given up.', 20, 1, 300),
  attachmentUrlSeconds: count('Seconds for which the address of a file is good, at most.', 300, 2, 3_600),
  attachmentsDir: text(
    'Where uploaded files are kept; nodes must share it. With S3_BUCKET only those that are on their way in. Empty: attachments in DATA_DIR.',
    '',
  ),
  mediaExternal: bool('Whether messages may show pictures and files at https addresses elsewhere.', false),
  s3Bucket: text(
    'The bucket of an S3-compatible store that keeps uploaded files. Empty: ATTACHMENTS_DIR.',
    '',
  ),
  s3Endpoint: url('Where that store is. Empty: AWS.', ['http:', 'https:']),
  s3Region: text('The region of the bucket.', 'us-east-1'),
  s3AccessKeyId: text('Who this server is to the store. Empty: what the AWS SDK finds around it.', ''),
  s3SecretAccessKey: secret('The secret of that key.', 1),
  s3ForcePathStyle: bool('Whether the bucket is a part of the path, not of the host name.', false),
  callRingSeconds: count('Seconds for which a call rings before it is missed.', 45, 5, 180),
  callGraceSeconds: count(
    'Seconds within which a device in a call that lost its connection may come back.',
    20,
    1,
    300,
  ),
  callLeaseSeconds: count(
    'Seconds without a sign of a device in a call, its node included, after which it has left.',
    60,
    5,
    600,
  ),
  callRingMaxMembers: count(
    'Members up to which everybody is rung; a call in a larger group waits for who joins. 0: no limit.',
    100,
    0,
    1_000,
  ),
  callMeshMax: count('Participants that connect to each other without a media server, at most.', 8, 2, 50),
  turnUrls: iceUrls(
    'STUN and TURN servers for calls, comma separated: stun:host:3478, turn:host:3478?transport=udp, turns:host:5349 (RFC 7064, RFC 7065). Empty: calls connect only where devices reach each other directly.',
  ),
  turnSecret: secret(
    'What the TURN servers share with this one: `static-auth-secret` of coturn (TURN REST API). Needed for turn: and turns:.',
    16,
  ),
  turnTtlSeconds: count('Seconds for which a name and password for TURN are good.', 3_600, 60, 86_400),
  livekitUrl: url(
    'A LiveKit server, for calls of more people than may connect to each other: clients connect to this, and this server asks it over http or https. Empty: there is none.',
    ['ws:', 'wss:'],
  ),
  livekitApiKey: text('Who this server is to LiveKit.', ''),
  livekitApiSecret: secret('The secret of that key.', 1),
  maxMessageLength: count('Characters (code points) of a message at most.', 10_000, 1, 10_000),
};
