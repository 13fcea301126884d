import { signToken } from '../test/support/clients/tokens.js';

/** Reads over REST as one person, on one connection. */
export function signedFetch(url: string, sub: string): (path: string) => Promise<string> {
  const token = signToken({ sub });
  return async (path) => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${await token}` } });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${body.slice(0, 300)}`);
    return body;
  };
}
