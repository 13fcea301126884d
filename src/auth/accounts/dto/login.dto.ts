import { TextField } from '../../../kernel/validation/fields.js';

export class LoginDto {
  @TextField('The username or the e-mail address, in any case.', { max: 320 })
  login: string;

  @TextField('The password.', { max: 200 })
  password: string;
}
