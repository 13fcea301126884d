import { Client } from 'pg';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { editMessage, listMessages, sendMessage } from '../src/modules/messages/messages.contract.js';
import { createDatabase, prepareTemplate } from './setup/database.js';
import { data, Device, restDoor } from './setup/doors.js';
import { person, startTestServer } from './setup/server.js';
import { installedPostgres, startTlsPostgres, type TlsPostgres } from './setup/tls-postgres.js';

describe.each(installedPostgres())('On a database over TLS, $name', ({ directory }) => {
  let postgres: TlsPostgres;

  beforeAll(async () => {
    postgres = await startTlsPostgres(directory);
    process.env.TEST_POSTGRES_URL = postgres.url;
    await prepareTemplate(postgres.url);
  });

  afterAll(() => postgres.stop());

  it('refuses a connection that is not encrypted', async () => {
    await expect(new Client({ connectionString: postgres.plainUrl }).connect()).rejects.toThrow(
      /no encryption|SSL/,
    );
  });

  it('migrates and lets two people chat with nothing but sslmode=require', async () => {
    const database = await createDatabase();
    const databaseUrl = new URL(database.url);
    databaseUrl.searchParams.delete('uselibpqcompat');
    expect(databaseUrl.search).toBe('?sslmode=require');
    const server = await startTestServer({ databaseUrl: databaseUrl.toString() });

    const [alice, bob] = [await person(server, 'alice'), await person(server, 'bob')];
    const device = await Device.connect(server.url, bob.token);
    const rest = restDoor(server.url, alice.token);
    const { id: conversationId } = await data(
      rest.ask(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const sent = await data(rest.ask(sendMessage, { conversationId, content: 'Grüße 👋', clientId: 'one' }));
    expect(await device.hear(1, 'message.new')).toEqual([sent]);
    const edited = await data(rest.ask(editMessage, { messageId: sent.id, content: 'Grüße!' }));
    expect((await data(device.ask(listMessages, { conversationId }))).items).toEqual([edited]);

    device.close();
    await server.stop();
    await database.drop();
  });
});
