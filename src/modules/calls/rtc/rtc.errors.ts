import { defineError } from '../../../kernel/errors/app-error.js';

export const noMediaServer = defineError(
  'no_media_server',
  409,
  'This server has no media server for calls.',
);
