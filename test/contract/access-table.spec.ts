import { operations } from '../../src/api-contract.js';
import type { ProblemDetailsDto } from '../../src/kernel/errors/problem-details.dto.js';
import type { Operation } from '../../src/kernel/realtime/contract.js';
import { AccessFixture, withGuessedIds, rolesIn, type Role } from '../support/contract/access-fixture.js';
import type { AccessRow } from '../support/contract/access-rows.js';
import { ACCESS } from '../support/contract/access-table.js';
import { listHandlers } from '../support/contract/registered-handlers.js';
import type { Answer, Transport } from '../support/clients/transports.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

const rows = operations.flatMap((operation) => {
  const its = ACCESS[operation.name] ?? [];
  return its === 'public' ? [] : its.map((row) => [titleOf(operation, row), operation, row] as const);
});

describe('The access table', () => {
  let server: TestServer;
  let stage: AccessFixture;

  beforeAll(async () => {
    server = await startTestServer({ localAccounts: true });
    stage = await AccessFixture.create(server);
  });
  afterAll(async () => {
    await stage.close();
    await server.stop();
  });

  it('contains exactly the operations of the contract', () => {
    expect(Object.keys(ACCESS).sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it('lists the operations without authentication', () => {
    const open = listHandlers(server.app).filter(({ isPublic }) => isPublic);
    const found = operations.filter(({ rest }) => open.some(({ route }) => route === rest));
    const said = Object.keys(ACCESS).filter((name) => ACCESS[name] === 'public');
    expect(found.map(({ name }) => name).sort()).toEqual(said.sort());
  });

  it('expects only errors of the contract', () => {
    const always = ['ok', 'unauthenticated', 'token_expired', 'validation_failed'];
    const untold = rows.flatMap(([title, { errors = [] }, { outcomes }]) => {
      const told = [...always, ...errors.map(({ code }) => code)];
      return Object.values(outcomes)
        .filter((code) => !told.includes(code))
        .map((code) => `${title}: ${code}`);
    });
    expect(untold).toEqual([]);
  });

  it.each(rows)('holds for %s', async (_title, operation, row) => {
    const faults: string[] = [];
    for (const role of rolesIn(row.place))
      for (const transport of doorsOf(operation))
        faults.push(
          ...(await faultsOf(operation, row, role, transport)).map(
            (what) => `${role} over ${transport}: ${what}`,
          ),
        );
    expect(faults).toEqual([]);
  });

  async function faultsOf(
    operation: Operation,
    row: AccessRow,
    role: Role,
    name: Transport['name'],
  ): Promise<string[]> {
    const transport = stage.transport(role, name);
    const scene = await stage.createContext(row.place, role);
    const before = await stage.fingerprint();
    const answer = await transport.request(operation, row.input(scene));
    const [outcome, expected] = [outcomeOf(answer), row.outcomes[role]];
    if (outcome !== expected) return [`${outcome} instead of ${expected}`];
    if (answer.ok) return [];

    const faults = (await stage.fingerprint()) === before ? [] : ['refused, and yet something has changed'];
    if (outcome !== 'not_found') return faults;
    const guess = await transport.request(operation, row.input(withGuessedIds(scene)));
    return same(answer, guess)
      ? faults
      : [...faults, `to be told from what does not exist: ${JSON.stringify(guess)}`];
  }
});

function doorsOf({ rest, socket }: Operation): Transport['name'][] {
  return [...(rest ? (['rest'] as const) : []), ...(socket ? (['socket'] as const) : [])];
}

function outcomeOf(answer: Answer<unknown>): string {
  return answer.ok ? 'ok' : answer.error.code;
}

/** D11: only the id of the request differs. */
function same(...answers: Answer<unknown>[]): boolean {
  const bodies = answers.map((answer) => {
    const { requestId: _id, ...rest } = answer.ok ? ({} as ProblemDetailsDto) : answer.error;
    return JSON.stringify(rest);
  });
  return new Set(bodies).size === 1;
}

function titleOf({ name }: Operation, { place, about }: AccessRow): string {
  const where = { group: undefined, channel: 'in a channel', dm: 'in a DM' }[place];
  return [name, about, where].filter(Boolean).join(', ');
}
