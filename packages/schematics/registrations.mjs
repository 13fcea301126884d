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
    items: ["'sample_snake.create': { roles: MEMBER_ROLES, inDm: true }"],
  },
  {
    file: 'tools/ladder/ladder.mjs',
    place: { beside: /^'modules\// },
    items: ["'modules/samples-kebab'"],
  },
  {
    file: 'test/e2e/auth/user-deactivation.spec.ts',
    place: { list: 'inputs' },
    items: ["'sample_snake.create': [{ conversationId, name: 'After' }]"],
  },
  {
    file: 'test/support/contract/access-table.ts',
    place: { list: 'ACCESS' },
    items: [
      "'sample_snake.create': [inGroup(anyMember, inputWith(() => ({ name: 'New' }))), inDm({ ...anyMember, ...blockedPair }, inputWith(() => ({ name: 'New' })))]",
      "'sample_snake.list': [inGroup(anyMember), inDm(anyMember)]",
    ],
  },
  {
    file: 'src/database/table-owners.ts',
    place: { list: 'TABLE_OWNERS' },
    items: ["{ module: 'samples-kebab', tables: ['samples_snake'], reads: ['conversations'] }"],
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
      "'samples_snake: samples_snake_name_check'",
      "'samples_snake: samples_snake_client_id_check'",
    ],
  },
  {
    file: 'test/support/database/sample-rows.ts',
    place: { list: 'SAMPLE_DATABASE' },
    items: [
      "['samples_snake', { id: id(1), conversation_id: GROUP, name: 'First', created_by: BOB, client_id: 'one' }]",
    ],
  },
  {
    file: 'test/support/database/sample-rows.ts',
    place: { list: 'SAMPLES' },
    items: ["samples_snake: { id: id(90), conversation_id: GROUP, name: 'Second', created_by: BOB }"],
  },
  {
    file: 'test/support/database/constraint-cases.ts',
    place: { list: 'REJECTED_ROWS' },
    items: [
      "['a duplicate name', 'samples_snake', { name: 'First' }, 'samples_snake_conversation_id_name_key']",
      "['an empty name', 'samples_snake', { name: '' }, 'samples_snake_name_check']",
      "['a duplicate client_id', 'samples_snake', { client_id: 'one' }, 'samples_snake_created_by_client_id_key']",
      "['an empty client_id', 'samples_snake', { client_id: '' }, 'samples_snake_client_id_check']",
    ],
  },
];
