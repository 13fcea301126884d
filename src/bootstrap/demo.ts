import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { Config } from '../kernel/config/config.js';
import { Authenticator, type AuthUser } from '../kernel/identity/auth-user.js';
import { ConversationsService } from '../modules/conversations/conversations.service.js';
import { MessagesService } from '../modules/messages/messages.service.js';
import { conversations, people, type Name } from './demo-data.js';

const TOKEN_LIFE = '12h';

export interface Demo {
  /** A token for each of the people, good for 12 hours. */
  tokens: Record<Name, string>;
  /** The DM of alice and bob. */
  conversationId: string;
}

/** Leaves it where examples/chat.mjs finds it, for the eyes of its owner only. */
export async function keepDemo(dataDir: string, url: string, demo: Demo): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'demo.json'), JSON.stringify({ url, ...demo }), { mode: 0o600 });
}

/** Makes the demo people and what they said, through the same doors as everybody; a second time it changes nothing. */
export async function seedDemo(app: INestApplicationContext, config: Config): Promise<Demo> {
  const authenticator = app.get(Authenticator, { strict: false });
  const callers = {} as Record<Name, AuthUser>;
  const tokens = {} as Record<Name, string>;
  for (const person of people) {
    tokens[person.name] = await sign(config, person);
    callers[person.name] = (await authenticator.authenticate(tokens[person.name])).user;
  }
  const ids: string[] = [];
  for (const index of conversations.keys()) ids.push(await seedConversation(app, callers, index));
  return { tokens, conversationId: ids[0]! };
}

async function seedConversation(
  app: INestApplicationContext,
  callers: Record<Name, AuthUser>,
  index: number,
): Promise<string> {
  const { people: names, title, isPublic = false, lines } = conversations[index]!;
  const [owner, ...others] = names;
  const { conversation } = await app.get(ConversationsService, { strict: false }).create(callers[owner], {
    type: isPublic ? 'channel' : title ? 'group' : 'dm',
    memberIds: others.map((name) => callers[name].userId),
    clientId: `demo-${index}`,
    ...(title && { title, isPrivate: !isPublic }),
  });
  const messages = app.get(MessagesService, { strict: false });
  for (const [place, [name, content]] of lines.entries())
    await messages.send(callers[name], {
      conversationId: conversation.id,
      content,
      clientId: `demo-${index}-${place}`,
    });
  return conversation.id;
}

/** A token as the host would sign it. */
function sign(config: Config, { name, displayName }: (typeof people)[number]): Promise<string> {
  const token = new SignJWT({ name: displayName, preferred_username: name, email: `${name}@example.com` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(`demo-${name}`)
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFE);
  if (config.authIssuer) token.setIssuer(config.authIssuer);
  if (config.authAudience) token.setAudience(config.authAudience);
  return token.sign(new TextEncoder().encode(config.authJwtSecret));
}
