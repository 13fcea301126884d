import { startupBanner } from './startup-banner.js';

describe('The text after the start', () => {
  it.each([
    ['', 'signed with AUTH_JWT_SECRET'],
    ['https://host.example/jwks', 'with a key of AUTH_JWKS_URL'],
  ])('without demo users names what verifies tokens (AUTH_JWKS_URL=%s)', (authJwksUrl, signature) => {
    const text = startupBanner('http://127.0.0.1:3000', 'DATABASE_URL', {
      reason: 'DEMO=false',
      authJwksUrl,
    });
    expect(text).toContain('No demo users and tokens: DEMO=false.');
    expect(text).toContain(signature);
  });
});
