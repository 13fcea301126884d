import { PatternField, TextField } from '../../../kernel/validation/fields.js';

/** ASCII, so that no name only looks like another's; without @, so that it is never taken for an e-mail address. */
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

export class RegisterDto {
  @PatternField(
    'The name to sign in with: letters a–z, digits, dots, dashes and underscores, a letter or digit first. Nobody else here may have it, in any case.',
    USERNAME,
    { min: 3, max: 64 },
  )
  username: string;

  @TextField('8–200 characters, any of them.', { min: 8, max: 200 })
  password: string;

  @PatternField('An e-mail address to sign in with too. It is not checked that it is theirs.', EMAIL, {
    optional: true,
    max: 320,
  })
  email?: string;

  @TextField('The name to show.', { optional: true, max: 100 })
  displayName?: string;
}
