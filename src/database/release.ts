/**
 * Release of the schema. Every change of a migration or routine raises it (`pnpm schema:release`); a build with a lower
 * release than the database's changes nothing.
 */
export const RELEASE = 15;
