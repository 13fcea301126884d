import { SignJWT, type JWTPayload } from 'jose';

export const JWT_SECRET = 'a secret of the tests, of more than 32 bytes';

/** A token as the host signs it; `exp` in seconds since 1970, an hour from now unless told otherwise. */
export function signToken(claims: JWTPayload, secret = JWT_SECRET): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}
