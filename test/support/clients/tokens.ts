import { SignJWT, type JWTPayload } from 'jose';

export const JWT_SECRET = 'a secret of the tests, of more than 32 bytes';

/** Token of the host product; `exp` in seconds since 1970, default: one hour from now. */
export function signToken(claims: JWTPayload, secret = JWT_SECRET): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}
