import { operations } from '../../src/api-contract.js';
import type { ProblemDetailsDto } from '../../src/kernel/errors/problem-details.dto.js';
import type { Operation } from '../../src/kernel/realtime/contract.js';
import { AccessFixture, withGuessedIds, rolesIn, type Role } from '../support/contract/access-fixture.js';
import type { AccessRow } from '../support/contract/access-rows.js';
import { ACCESS } from '../support/contract/access-table.js';
import { listHandlers } from '../support/contract/registered-handlers.js';
import { AnswerSchemas } from '../support/contract/answer-schemas.js';
import { observeTraffic, type Answer, type Transport } from '../support/clients/transports.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

const rows = operations.flatMap((operation) => {
  const accessRows = ACCESS[operation.name] ?? [];
  return accessRows === 'public'
    ? []
    : accessRows.map((row) => [titleOf(operation, row), operation, row] as const);
});

describe('The access table', () => {
  let server: TestServer;
  let fixture: AccessFixture;
  let schemas: AnswerSchemas;

  beforeAll(async () => {
    server = await startTestServer({ localAccounts: true });
    schemas = await AnswerSchemas.load(server.url);
    observeTraffic(schemas);
    fixture = await AccessFixture.create(server);
  });
  afterAll(async () => {
    await fixture.close();
    await server.stop();
  });

  it('contains exactly the operations of the contract', () => {
    expect(Object.keys(ACCESS).sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it('lists the operations without authentication', () => {
    const publicHandlers = listHandlers(server.app).filter(({ isPublic }) => isPublic);
    const found = operations.filter(({ rest }) => publicHandlers.some(({ route }) => route === rest));
    const expected = Object.keys(ACCESS).filter((name) => ACCESS[name] === 'public');
    expect(found.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  it('expects only errors of the contract', () => {
    const commonOutcomes = ['ok', 'unauthenticated', 'token_expired', 'validation_failed'];
    const undocumented = rows.flatMap(([title, { errors = [] }, { outcomes }]) => {
      const documented = [...commonOutcomes, ...errors.map(({ code }) => code)];
      return Object.values(outcomes)
        .filter((code) => !documented.includes(code))
        .map((code) => `${title}: ${code}`);
    });
    expect(undocumented).toEqual([]);
  });

  it.each(rows)('holds for %s', async (_title, operation, row) => {
    const faults: string[] = [];
    for (const role of rolesIn(row.place))
      for (const transport of transportsOf(operation))
        faults.push(
          ...(await faultsOf(operation, row, role, transport)).map(
            (fault) => `${role} over ${transport}: ${fault}`,
          ),
        );
    expect(faults).toEqual([]);
  });

  it('has answers, errors and events that keep to the documents', () => {
    const names = new Set(rows.map(([, { name }]) => name));
    expect([...names].filter((name) => !schemas.compared.has(name))).toEqual([]);
    expect([...schemas.faults]).toEqual([]);
  });

  async function faultsOf(
    operation: Operation,
    row: AccessRow,
    role: Role,
    name: Transport['name'],
  ): Promise<string[]> {
    const transport = fixture.transport(role, name);
    const context = await fixture.createContext(row.place, role);
    const before = await fixture.fingerprint();
    const answer = await transport.request(operation, row.input(context));
    const [outcome, expected] = [outcomeOf(answer), row.outcomes[role]];
    if (outcome !== expected) return [`${outcome} instead of ${expected}`];
    if (answer.ok) return [];

    const faults = (await fixture.fingerprint()) === before ? [] : ['rejected, but data changed'];
    if (outcome !== 'not_found') return faults;
    const guess = await transport.request(operation, row.input(withGuessedIds(context)));
    return areEqual(answer, guess)
      ? faults
      : [...faults, `distinguishable from a missing resource: ${JSON.stringify(guess)}`];
  }
});

function transportsOf({ rest, socket }: Operation): Transport['name'][] {
  return [...(rest ? (['rest'] as const) : []), ...(socket ? (['socket'] as const) : [])];
}

function outcomeOf(answer: Answer<unknown>): string {
  return answer.ok ? 'ok' : answer.error.code;
}

/** D11: only the id of the request differs. */
function areEqual(...answers: Answer<unknown>[]): boolean {
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
