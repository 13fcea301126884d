import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { ExampleIds } from '../api-docs/examples.js';
import type { DemoAccess } from '../api-docs/start-page.js';
import type { Config } from '../kernel/config/config.js';
import { Authenticator, type AuthUser } from '../kernel/identity/auth-user.js';
import { ConversationCreationService } from '../modules/conversations/conversation-creation.service.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import { MessagesService } from '../modules/messages/messages.service.js';
import { PollsService } from '../modules/polls/polls.service.js';
import { ScheduledMessagesService } from '../modules/scheduled-messages/scheduled-messages.service.js';

const TOKEN_LIFETIME = '12h';

type DemoUser = 'alice' | 'bob' | 'carol';

/** Demo users with a token for each, valid for 12 hours, and the DM of alice and bob. */
export interface Demo extends DemoAccess {
  tokens: Record<DemoUser, string>;
}

type AuthUsers = Record<DemoUser, AuthUser>;

/** Writes the file read by examples/chat.mjs, readable by its owner only. */
export async function writeDemoFile(
  dataDir: string,
  url: string,
  { tokens, conversationId }: Demo,
): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const text = JSON.stringify({ url, tokens, conversationId });
  await writeFile(join(dataDir, 'demo.json'), text, { mode: 0o600 });
}

/** Creates the demo users with their conversations through the services. A repetition changes nothing. */
export async function seedDemo(app: INestApplicationContext, config: Config): Promise<Demo> {
  const authenticator = app.get(Authenticator, { strict: false });
  const authUsers = {} as AuthUsers;
  const signTokens = (): Promise<Record<DemoUser, string>> => signDemoTokens(config);
  const tokens = await signTokens();
  for (const { name } of DEMO_USERS) authUsers[name] = (await authenticator.authenticate(tokens[name])).user;
  const seeded: SeededConversation[] = [];
  for (const index of DEMO_CONVERSATIONS.keys()) seeded.push(await seedConversation(app, authUsers, index));
  const ids = await seedExamples(app, authUsers, seeded);
  return { tokens, signTokens, conversationId: ids.conversationId, ids };
}

interface SeededConversation {
  id: string;
  messages: MessageDto[];
}

async function seedConversation(
  app: INestApplicationContext,
  authUsers: AuthUsers,
  index: number,
): Promise<SeededConversation> {
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
  const sent: MessageDto[] = [];
  for (const [number, [name, content]] of messages.entries())
    sent.push(
      await service.sendMessage(authUsers[name], {
        conversationId: conversation.id,
        content,
        clientId: `demo-${index}-${number}`,
      }),
    );
  return { id: conversation.id, messages: sent };
}

/** Objects of alice for the examples of the OpenAPI document. */
async function seedExamples(
  app: INestApplicationContext,
  { alice, bob, carol }: AuthUsers,
  [dm, , , channel, group]: SeededConversation[],
): Promise<ExampleIds> {
  const inDm = { conversationId: dm!.id, clientId: 'demo-example' };
  const { poll } = await app
    .get(PollsService, { strict: false })
    .createPoll(alice, { ...inDm, question: 'Lunch at noon?', options: ['Yes', 'Half past twelve'] });
  const { id: scheduledMessageId } = await app
    .get(ScheduledMessagesService, { strict: false })
    .scheduleMessage(alice, { ...inDm, content: 'Is the next release planned?', sendAt: inAMonth() });
  return {
    conversationId: dm!.id,
    messageId: dm!.messages[0]!.id,
    userId: bob.userId,
    groupId: group!.id,
    memberId: carol.userId,
    channelId: channel!.id,
    pollId: poll!.id,
    optionId: poll!.options[0]!.id,
    scheduledMessageId,
  };
}

function inAMonth(): string {
  return new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
}

async function signDemoTokens(config: Config): Promise<Record<DemoUser, string>> {
  const entries = DEMO_USERS.map(async (user) => [user.name, await signToken(config, user)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<DemoUser, string>;
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
  {
    members: ['alice', 'carol'],
    title: 'Dark theme',
    messages: [['alice', 'The calendar is the last page without it.']],
  },
];
