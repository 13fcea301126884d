import { TextField } from '../../../kernel/validation/fields.js';

export class RefreshTokenDto {
  @TextField('The newest refresh token of the sign-in.', { max: 200 })
  refreshToken: string;
}
