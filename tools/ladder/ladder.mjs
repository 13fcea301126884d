/**
 * The ladder: a rung may import what stands below it, never what stands above or beside it. Folders of one rung are
 * siblings. The lint rules are made from this array, and ARCHITECTURE.md shows it.
 */
export const ladder = [
  ['main.ts', 'bootstrap', 'app.module.ts', 'api-contract.ts', 'api-docs', 'database'],
  ['auth'],
  ['modules/polls', 'modules/calls'],
  ['modules/inbox', 'modules/sync'],
  ['modules/scheduled-messages', 'modules/drafts', 'modules/search'],
  ['modules/messages'],
  ['modules/attachments', 'modules/typing'],
  ['modules/conversations'],
  ['modules/blocks'],
  ['modules/users'],
  ['kernel'],
];

/** Of a module below, only these files are for others; its repositories and entities are its own. */
export const publicFiles = [
  'module',
  'service',
  'access',
  'permissions',
  'writer',
  'validator',
  'contract',
  'errors',
];
