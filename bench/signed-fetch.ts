import { signToken } from '../test/support/clients/tokens.js';

/** REST reads of one user on one connection. */
export function signedFetch(url: string, sub: string): (path: string) => Promise<string> {
  const token = signToken({ sub });
  return async (path) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${await token}` } });
    const body = await response.text();
    if (!response.ok) throw new Error(`${path}: ${body.slice(0, 300)}`);
    return body;
  };
}
