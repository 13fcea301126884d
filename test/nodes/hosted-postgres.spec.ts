import { Client } from 'pg';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { editMessage, listMessages, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { createDatabase, prepareTemplate } from '../support/environment/test-database.js';
import { expectData, Device, restTransport } from '../support/clients/transports.js';
import { createUser, startTestServer } from '../support/servers/test-server.js';
import {
  findInstalledPostgres,
  startTlsPostgres,
  type TlsPostgres,
} from '../support/servers/tls-postgres.js';

describe.each(findInstalledPostgres())('A database over TLS, $name,', ({ directory }) => {
  let postgres: TlsPostgres;

  beforeAll(async () => {
    postgres = await startTlsPostgres(directory);
    await prepareTemplate(postgres.url);
  });

  afterAll(() => postgres.stop());

  it('rejects an unencrypted connection', async () => {
    await expect(new Client({ connectionString: postgres.plainUrl }).connect()).rejects.toThrow(
      /no encryption|SSL/,
    );
  });

  it('accepts the migrations and a conversation of two users with sslmode=require only', async () => {
    const database = await createDatabase({ server: postgres.url });
    const databaseUrl = new URL(database.url);
    databaseUrl.searchParams.delete('uselibpqcompat');
    expect(databaseUrl.search).toBe('?sslmode=require');
    const server = await startTestServer({ databaseUrl: databaseUrl.toString() });

    const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    const device = await Device.connect(server.url, bob.token);
    const rest = restTransport(server.url, alice.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const sent = await expectData(
      rest.request(sendMessage, { conversationId, content: 'Grüße 👋', clientId: 'one' }),
    );
    expect(await device.waitForEvents(1, 'message.new')).toEqual([sent]);
    const edited = await expectData(rest.request(editMessage, { messageId: sent.id, content: 'Grüße!' }));
    expect((await expectData(device.request(listMessages, { conversationId }))).items).toEqual([edited]);

    device.close();
    await server.stop();
    await database.drop();
  });
});
