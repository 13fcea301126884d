import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { DemoAccess } from '../api-docs/start-page.js';
import type { Config } from '../kernel/config/config.js';
import { Authenticator, type AuthUser } from '../kernel/identity/auth-user.js';
import { ConversationCreationService } from '../modules/conversations/conversation-creation.service.js';
import { MessagesService } from '../modules/messages/messages.service.js';

const TOKEN_LIFETIME = '12h';

type DemoUser = 'alice' | 'bob' | 'carol';

/** Demo users with a token for each, valid for 12 hours, and the DM of alice and bob. */
export interface Demo extends DemoAccess {
  tokens: Record<DemoUser, string>;
}

/** Writes the file read by examples/chat.mjs, readable by its owner only. */
export async function writeDemoFile(dataDir: string, url: string, demo: Demo): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'demo.json'), JSON.stringify({ url, ...demo }), { mode: 0o600 });
}

/** Creates the demo users with their conversations through the services. A repetition changes nothing. */
export async function seedDemo(app: INestApplicationContext, config: Config): Promise<Demo> {
  const authenticator = app.get(Authenticator, { strict: false });
  const authUsers = {} as Record<DemoUser, AuthUser>;
  const tokens = {} as Record<DemoUser, string>;
  for (const user of DEMO_USERS) {
    tokens[user.name] = await signToken(config, user);
    authUsers[user.name] = (await authenticator.authenticate(tokens[user.name])).user;
  }
  const ids: string[] = [];
  for (const index of DEMO_CONVERSATIONS.keys()) ids.push(await seedConversation(app, authUsers, index));
  return { tokens, conversationId: ids[0]! };
}

async function seedConversation(
  app: INestApplicationContext,
  authUsers: Record<DemoUser, AuthUser>,
  index: number,
): Promise<string> {
  const { members, title, isPublic = false, messages } = DEMO_CONVERSATIONS[index]!;
  const [owner, ...others] = members;
  const { conversation } = await app
    .get(ConversationCreationService, { strict: false })
    .createConversation(authUsers[owner], {
      type: isPublic ? 'channel' : title ? 'group' : 'dm',
      memberIds: others.map((name) => authUsers[name].userId),
      clientId: `demo-${index}`,
      ...(title && { title, isPrivate: !isPublic }),
    });
  const service = app.get(MessagesService, { strict: false });
  for (const [number, [name, content]] of messages.entries())
    await service.sendMessage(authUsers[name], {
      conversationId: conversation.id,
      content,
      clientId: `demo-${index}-${number}`,
    });
  return conversation.id;
}

/** Token as the host product signs it. */
function signToken(config: Config, { name, displayName }: (typeof DEMO_USERS)[number]): Promise<string> {
  const token = new SignJWT({ name: displayName, preferred_username: name, email: `${name}@example.com` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(`demo-${name}`)
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFETIME);
  if (config.authIssuer) token.setIssuer(config.authIssuer);
  if (config.authAudience) token.setAudience(config.authAudience);
  return token.sign(new TextEncoder().encode(config.authJwtSecret));
}

const DEMO_USERS: readonly { name: DemoUser; displayName: string }[] = [
  { name: 'alice', displayName: 'Alice Adams' },
  { name: 'bob', displayName: 'Bob Brown' },
  { name: 'carol', displayName: 'Carol Chen' },
];

interface DemoConversation {
  /** Members, the owner first. */
  members: readonly [DemoUser, ...DemoUser[]];
  /** Absent in a DM. */
  title?: string;
  /** True for a public channel. */
  isPublic?: boolean;
  messages: readonly (readonly [DemoUser, string])[];
}

const DEMO_CONVERSATIONS: readonly DemoConversation[] = [
  {
    members: ['alice', 'bob'],
    messages: [
      ['alice', 'Good morning Bob! Did the release go out?'],
      ['bob', 'It did, at nine. No rollbacks so far 🎉'],
      ['alice', 'Lovely. Should Carol know about the new search?'],
      ['bob', 'You do it, you wrote it.'],
    ],
  },
  {
    members: ['alice', 'carol'],
    messages: [
      ['alice', 'Carol, the new search is live.'],
      ['carol', '好消息！我马上试试。'],
    ],
  },
  {
    members: ['carol', 'alice', 'bob'],
    title: 'Release 42',
    messages: [
      ['carol', 'Planning of the next release. What must be in?'],
      ['bob', 'The import of old projects. Two customers wait for it.'],
      ['alice', 'And the dark theme, it is done but for the calendar.'],
    ],
  },
  {
    members: ['bob', 'alice'],
    title: 'Lunch',
    isPublic: true,
    messages: [['bob', 'Noodles at half past twelve?']],
  },
];
