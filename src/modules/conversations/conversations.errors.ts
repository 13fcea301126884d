import { defineError } from '../../kernel/errors/app-error.js';

export const clientIdReused = defineError(
  'client_id_reused',
  409,
  'You used this clientId for something else.',
);
