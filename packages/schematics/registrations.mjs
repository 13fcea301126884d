/**
 * Lists that name every feature: file, list and items to add, with the placeholders of the templates. For a missing list the
 * generator prints the items.
 */
export const registrations = [
  {
    file: 'src/api-contract.ts',
    statement: "import * as samples from './modules/samples-kebab/samples-kebab.contract.js';",
    place: { list: 'contracts' },
    items: ['samples'],
  },
  {
    file: 'src/app.module.ts',
    statement: "import { SamplesModule } from './modules/samples-kebab/samples-kebab.module.js';",
    place: { beside: /^AuthModule$/, before: 'AuthModule' },
    items: ['SamplesModule'],
  },
  {
    file: 'src/api-docs/tags.ts',
    place: { list: 'TAGS' },
    items: ["'samples-kebab': 'Named objects of conversations: samples-words.'"],
  },
  {
    file: 'src/modules/conversations/conversations.permissions.ts',
    place: { list: 'permissions' },
    items: ['create', 'update', 'delete'].map(
      (verb) => `'sample_snake.${verb}': { roles: MEMBER_ROLES, inDm: true }`,
    ),
  },
  {
    file: 'tools/ladder/ladder.mjs',
    place: { beside: /^'modules\/drafts'/ },
    items: ["'modules/samples-kebab'"],
  },
  {
    file: 'test/e2e/auth/user-deactivation.spec.ts',
    place: { list: 'inputs' },
    items: [
      "'sample_snake.create': [{ conversationId, name: 'After' }]",
      "'sample_snake.update': [{ sampleId: (await expectData(restTransport(server.url, bob.token).request(createSample, { ...inGroup, name: 'One' }))).id, name: 'After' }]",
      "'sample_snake.delete': [{ sampleId: (await expectData(restTransport(server.url, bob.token).request(createSample, { ...inGroup, name: 'Two' }))).id }]",
    ],
    statement: "import { createSample } from '../../../src/modules/samples-kebab/samples-kebab.contract.js';",
  },
  {
    file: 'src/modules/sync/conversation-items.service.ts',
    statement: "import { SamplesService } from '../samples-kebab/samples-kebab.service.js';",
    place: { list: 'ITEM_SOURCES' },
    items: ['samples: SamplesService'],
  },
  {
    file: 'src/modules/sync/sync.module.ts',
    statement: "import { SamplesModule } from '../samples-kebab/samples-kebab.module.js';",
    place: { beside: /^DraftsModule$/ },
    items: ['SamplesModule'],
  },
  {
    file: 'src/modules/sync/dto/sync.dto.ts',
    statement: "import { SampleDto } from '../../samples-kebab/dto/sample-kebab.dto.js';",
    place: { class: 'ConversationDeltaDto', before: 'version' },
    items: [
      "@NestedField('Changed samples-words, deleted ones included; with reset all that exist.', () => [SampleDto])\nsamples: SampleDto[];",
    ],
  },
  {
    file: 'packages/client/src/state/conversation-items.ts',
    place: { list: 'KINDS' },
    items: ["samples: ['sample_snake.new', 'sample_snake.updated', 'sample_snake.deleted']"],
  },
  {
    file: 'test/contract/event-sufficiency.spec.ts',
    statement: "import { sampleActions } from '../support/events/sample-kebab-actions.js';",
    place: { list: 'ACTIONS' },
    items: ['...sampleActions'],
  },
  {
    file: 'test/support/contract/access-table.ts',
    place: { list: 'ACCESS' },
    items: [
      "'sample_snake.create': [inGroup(anyMember, inputWith(() => ({ name: 'New' }))), inDm({ ...anyMember, ...blockedPair }, inputWith(() => ({ name: 'New' })))]",
      "'sample_snake.list': [inGroup(anyMember), inDm(anyMember)]",
      "'sample_snake.update': [inGroup(anyMember, ({ others }) => ({ sampleId: others, name: 'New' })), inDm({ ...anyMember, ...blockedPair }, ({ others }) => ({ sampleId: others, name: 'New' }))]",
      "'sample_snake.delete': [inGroup(anyMember, ({ others }) => ({ sampleId: others })), inDm({ ...anyMember, ...blockedPair }, ({ others }) => ({ sampleId: others }))]",
    ],
  },
  {
    file: 'test/support/contract/access-fixture.ts',
    place: { list: 'FEATURE_ROWS' },
    items: [
      "({ conversationId, others, other }) => `INSERT INTO samples_snake (id, conversation_id, version, name, created_by) VALUES ('${others}', '${conversationId}', 1, 'Old', '${other}')`",
    ],
  },
  {
    file: 'test/support/contract/access-fixture.ts',
    place: { list: 'tables' },
    items: ["'samples_snake'"],
  },
  {
    file: 'src/database/table-owners.ts',
    place: { list: 'TABLE_OWNERS' },
    items: ["{ module: 'samples-kebab', tables: ['samples_snake'], reads: [] }"],
  },
  {
    file: 'test/support/database/expected-schema.ts',
    place: { list: 'TABLES', sorted: true },
    items: ["'samples_snake'"],
  },
  {
    file: 'test/support/database/expected-schema.ts',
    place: { list: 'FOREIGN_KEYS' },
    items: [
      "'samples_snake (conversation_id) → conversations (id) CASCADE'",
      "'samples_snake (created_by) → users (id) CASCADE'",
    ],
  },
  {
    file: 'test/support/database/expected-schema.ts',
    place: { list: 'CONSTRAINTS' },
    items: [
      "'samples_snake: samples_snake_pkey PRIMARY KEY (id)'",
      "'samples_snake: samples_snake_conversation_id_name_key UNIQUE (conversation_id, name)'",
      "'samples_snake: samples_snake_created_by_client_id_key UNIQUE (created_by, client_id)'",
      "'samples_snake: samples_snake_version_check'",
      "'samples_snake: samples_snake_name_check'",
      "'samples_snake: samples_snake_deleted_check'",
      "'samples_snake: samples_snake_client_id_check'",
    ],
  },
  {
    file: 'test/support/database/sample-rows.ts',
    place: { list: 'SAMPLE_DATABASE' },
    items: [
      "['samples_snake', { id: id(1), conversation_id: GROUP, name: 'First', version: 1, created_by: BOB, client_id: 'one' }]",
    ],
  },
  {
    file: 'test/support/database/sample-rows.ts',
    place: { list: 'SAMPLES' },
    items: [
      "samples_snake: { id: id(90), conversation_id: GROUP, version: 1, name: 'Second', created_by: BOB }",
    ],
  },
  {
    file: 'test/support/database/constraint-cases.ts',
    place: { list: 'REJECTED_ROWS' },
    items: [
      "['a duplicate name', 'samples_snake', { name: 'First' }, 'samples_snake_conversation_id_name_key']",
      "['an empty name', 'samples_snake', { name: '' }, 'samples_snake_name_check']",
      "['version 0', 'samples_snake', { version: 0 }, 'samples_snake_version_check']",
      "['a name of a deleted row', 'samples_snake', { deleted_at: new Date() }, 'samples_snake_deleted_check']",
      "['a duplicate client_id', 'samples_snake', { client_id: 'one' }, 'samples_snake_created_by_client_id_key']",
      "['an empty client_id', 'samples_snake', { client_id: '' }, 'samples_snake_client_id_check']",
    ],
  },
];
