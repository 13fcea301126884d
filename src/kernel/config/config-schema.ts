import { z } from 'zod';
import {
  boolean,
  choice,
  integer,
  isIceUri,
  list,
  secret,
  text,
  url,
  type Variable,
} from './variable-types.js';

const POSTGRES = ['postgres:', 'postgresql:'];
const HTTP = ['http:', 'https:'];

const server = {
  nodeEnv: choice(['development', 'test', 'production'], 'development').describe(
    'Run mode. production requires DATABASE_URL and a token key, rejects DEMO=true and logs JSON.',
  ),
  host: text('127.0.0.1').describe('IP address to listen on; 0.0.0.0 listens on all interfaces.'),
  port: integer(0, 65_535, 3000).describe('TCP port of REST and Socket.IO; 0 selects a free port.'),
  publicUrl: url(HTTP).describe(
    'URL at which clients reach the server: https://example.com, with a path prefix of the proxy https://example.com/chat. The proxy may keep or remove the prefix. It stands in the documents and in the URLs of files. Empty: the host of each request, without a prefix.',
  ),
  trustProxy: integer(0, 10, 0).describe(
    'Number of reverse proxies in front of the server (X-Forwarded-For).',
  ),
  httpKeepAliveSeconds: integer(1, 299, 65).describe(
    'Seconds for which an idle HTTP connection stays open. A value above the idle timeout of a load balancer (often 60 s) keeps it from sending requests into a closing connection.',
  ),
  httpHeadersSeconds: integer(1, 300, 66).describe(
    'Seconds in which the headers of a request must arrive; later the response is 408. Must exceed HTTP_KEEP_ALIVE_SECONDS.',
  ),
  socketInvalidFramesPerSecond: integer(1, 1_000_000, 50).describe(
    'Frames of one Socket.IO connection in a second that are no valid command: unknown commands and commands with invalid input included. Beyond it the connection is closed.',
  ),
  corsOrigins: list().describe(
    'Origins allowed for cross-origin requests; * allows all. Empty: same origin only.',
  ),
  logLevel: choice(['fatal', 'error', 'warn', 'info', 'debug'], 'warn').describe(
    'Least severe level that is logged. info adds the start and one line per HTTP request.',
  ),
  dataDir: text('.data').describe('Directory of the embedded PostgreSQL and of generated secrets.'),
  demo: choice(['auto', 'true', 'false'], 'auto').describe(
    'Demo users alice, bob and carol, created at the start, with their tokens printed. auto: only without DATABASE_URL, outside production, with HOST=127.0.0.1.',
  ),
};

const database = {
  databaseUrl: url(POSTGRES).describe(
    'URL of PostgreSQL 15 or later for the role of docker/grants.sql; sslmode as in libpq. Empty: embedded PostgreSQL in DATA_DIR.',
  ),
  databaseMigrationUrl: url(POSTGRES).describe(
    'URL of the same database for the role that owns the schema; runs the migrations. Empty: DATABASE_URL.',
  ),
  databasePoolSize: integer(1, 1_000, 10).describe(
    'Maximum number of pooled connections of this node; one more is reserved for session and job polling.',
  ),
  databaseConnectionMaxAgeSeconds: integer(1, 86_400, 3_600).describe(
    'Age in seconds after which a pooled connection is replaced once it is free, so that a database that failed over is left.',
  ),
  migrateOnStart: boolean(true).describe('Whether the start runs pending migrations.'),
};

const authentication = {
  authJwtSecret: secret(32).describe(
    'Key of the host product’s JWTs signed with HS256 (RFC 7518). Empty outside production: generated and stored in DATA_DIR.',
  ),
  authJwksUrl: url(HTTP).describe(
    'URL of the host product’s public keys (JWK Set, RFC 7517) for RS256, ES256 and EdDSA. Empty: HS256 only.',
  ),
  authIssuer: text().describe('Required `iss` claim of every token. Empty: not checked.'),
  authAudience: text().describe('Required `aud` claim of every token. Empty: not checked.'),
  localAccounts: boolean(false).describe(
    'Whether the server keeps accounts of its own beside those of the host product: register, login, refresh, logout. With AUTH_JWKS_URL, AUTH_JWT_SECRET is required too.',
  ),
};

const signIns = {
  signInAttemptsPerAccount: integer(1, 1_000_000, 10).describe(
    'Failed sign-ins to one local account before each further one has to wait: 0.1 s longer each time, up to a minute. Successful ones: ten times as many an hour.',
  ),
  signInAttemptsPerAddress: integer(1, 1_000_000, 50).describe(
    'Failed sign-ins, and registrations, from one IP address (IPv6: /64; a /48 ten times as many) before each further one has to wait in the same way. Behind a proxy it needs TRUST_PROXY.',
  ),
};

const conversations = {
  maxGroupMembers: integer(2, 1_000_000, 100_000).describe(
    'Maximum number of members of a group or channel.',
  ),
  maxMessageLength: integer(1, 10_000, 10_000).describe('Maximum length of a message in code points.'),
  editHistory: choice(['members', 'author', 'none'], 'members').describe(
    'Readers of the earlier texts of an edited message. none: earlier texts are not stored.',
  ),
  editHistoryMax: integer(1, 10_000, 100).describe(
    'Maximum number of stored earlier texts of a message. The edit after it deletes the oldest one.',
  ),
  scheduledMessageRetentionDays: integer(1, 3_650, 30).describe(
    'Days after which a sent or cancelled scheduled message is deleted, and a failed one is cancelled.',
  ),
  receiptsMaxMembers: integer(0, 1_000_000, 100).describe(
    'Largest conversation, in members, with delivery and read receipts; 0: no limit.',
  ),
  typingMaxMembers: integer(0, 1_000_000, 100).describe(
    'Largest conversation, in members, with typing indicators; 0: no limit.',
  ),
};

const attachments = {
  uploadMaxBytes: integer(1, 5_000_000_000, 50 * 1024 * 1024).describe(
    'Maximum size of an uploaded file in bytes.',
  ),
  uploadQuotaBytes: integer(0, Number.MAX_SAFE_INTEGER, 0).describe(
    'Maximum total size of one user’s files in bytes; 0: no limit.',
  ),
  uploadIdleSeconds: integer(1, 300, 20).describe(
    'Seconds without data after which an upload is aborted. An upload has no other limit of time.',
  ),
  attachmentUrlSeconds: integer(2, 3_600, 300).describe(
    'Maximum lifetime of a signed URL of an image or file in seconds.',
  ),
  mediaUrlSeconds: integer(2, 604_800, 86_400).describe(
    'Maximum lifetime of a signed URL of an audio or video file in seconds. Read access is checked at each request.',
  ),
  attachmentsDir: text().describe(
    'Directory of uploaded files, shared by all nodes. With S3_BUCKET it holds only unfinished uploads. Empty: attachments in DATA_DIR.',
  ),
  allowExternalMedia: boolean(false).describe(
    'Whether messages may reference images and files at https URLs of other servers.',
  ),
  s3Bucket: text().describe('S3-compatible bucket that stores uploaded files. Empty: ATTACHMENTS_DIR.'),
  s3Endpoint: url(HTTP).describe('URL of the S3-compatible service. Empty: AWS.'),
  s3Region: text('us-east-1').describe('Region of the bucket.'),
  s3AccessKeyId: text().describe('Access key id for the bucket. Empty: the credential chain of the AWS SDK.'),
  s3SecretAccessKey: text().describe('Secret access key that belongs to S3_ACCESS_KEY_ID.'),
  s3ForcePathStyle: boolean(false).describe(
    'Whether URLs name the bucket in the path instead of the host name.',
  ),
};

const calls = {
  callRingSeconds: integer(5, 180, 45).describe('Seconds after which an unanswered call is missed.'),
  callReconnectSeconds: integer(1, 300, 20).describe(
    'Seconds that a disconnected device has to return to its call before it leaves.',
  ),
  callLeaseSeconds: integer(5, 600, 60).describe(
    'Seconds without a renewal, as after a crash of its node, after which a device leaves its call.',
  ),
  callRingMaxMembers: integer(0, 1_000, 100).describe(
    'Largest conversation, in members, whose calls ring for all members; in a larger one members join without ringing. 0: no limit.',
  ),
  callMeshMax: integer(2, 50, 8).describe('Maximum number of participants of a call without a media server.'),
  turnUrls: list(
    isIceUri,
    'a comma-separated list of stun:, stuns:, turn: and turns: URIs (RFC 7064, RFC 7065)',
  ).describe(
    'STUN and TURN servers: stun:host:3478, turn:host:3478?transport=udp, turns:host:5349. Empty: calls connect only where devices reach each other directly.',
  ),
  turnSecret: secret(16).describe(
    'Secret shared with the TURN servers: `static-auth-secret` of coturn (TURN REST API). Required for turn: and turns: URIs.',
  ),
  turnTtlSeconds: integer(60, 86_400, 3_600).describe('Lifetime of TURN credentials in seconds.'),
  livekitUrl: url(['ws:', 'wss:']).describe(
    'URL of a LiveKit server for calls with more than CALL_MESH_MAX participants; its API is reached at the same host over http or https. Empty: no media server.',
  ),
  livekitApiKey: text().describe('LiveKit API key. Required with LIVEKIT_URL.'),
  livekitApiSecret: text().describe('LiveKit API secret that belongs to LIVEKIT_API_KEY.'),
};

/** Variables by heading in `.env.example`; the name of a variable is its key in upper snake case. */
export const groups: Record<string, Record<string, Variable<unknown>>> = {
  Server: server,
  Database: database,
  Authentication: { ...authentication, ...signIns },
  'Conversations and messages': conversations,
  Attachments: attachments,
  Calls: calls,
};

// prettier-ignore
export const schema = z.object({ ...server, ...database, ...authentication, ...signIns, ...conversations, ...attachments, ...calls });

export type Settings = Readonly<z.infer<typeof schema>>;

/** Rules across variables: the message is an error where the condition holds. */
export const rules: readonly (readonly [message: string, isViolated: (settings: Settings) => boolean])[] = [
  [
    'AUTH_JWT_SECRET is required for LOCAL_ACCOUNTS with AUTH_JWKS_URL.',
    ({ localAccounts, authJwksUrl, authJwtSecret }) => localAccounts && !!authJwksUrl && !authJwtSecret,
  ],
  [
    'HTTP_HEADERS_SECONDS must be greater than HTTP_KEEP_ALIVE_SECONDS.',
    ({ httpHeadersSeconds, httpKeepAliveSeconds }) => httpHeadersSeconds <= httpKeepAliveSeconds,
  ],
  [
    'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are required together.',
    ({ s3AccessKeyId, s3SecretAccessKey }) => !s3AccessKeyId !== !s3SecretAccessKey,
  ],
  [
    'TURN_SECRET is required for the turn: and turns: URIs in TURN_URLS.',
    ({ turnSecret, turnUrls }) => !turnSecret && turnUrls.some((uri) => /^turn/i.test(uri)),
  ],
  [
    'LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are required together.',
    ({ livekitUrl, livekitApiKey, livekitApiSecret }) =>
      new Set([livekitUrl, livekitApiKey, livekitApiSecret].map(Boolean)).size > 1,
  ],
  [
    'DEMO=true is not allowed in production.',
    ({ nodeEnv, demo }) => nodeEnv === 'production' && demo === 'true',
  ],
  [
    'DATABASE_URL is required in production.',
    ({ nodeEnv, databaseUrl }) => nodeEnv === 'production' && !databaseUrl,
  ],
  [
    'AUTH_JWT_SECRET or AUTH_JWKS_URL is required in production.',
    ({ nodeEnv, authJwtSecret, authJwksUrl }) => nodeEnv === 'production' && !authJwtSecret && !authJwksUrl,
  ],
];
