import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  closeFindings,
  findPolicies,
  inTransaction,
  openFindings,
  recordPolicies,
  type DesiredFinding,
} from '@strata/catalog';
import { formatNodeId } from '../answer/node-id.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { fixtures, minute } from '../testing/small-catalog.js';

const { api, db, answer } = askSmallCatalog();

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** By what they are about, in the order in which they are written. */
const ids: Record<'lost' | 'rolled' | 'broken' | 'closed', bigint> = { lost: 0n, rolled: 0n, broken: 0n, closed: 0n };

const LOST = `one.example/team/web:stable no longer runs on linux/arm64: the push by ben at ${minute(7).toISOString()} moved it from ${fixtures.web1.digest.slice(0, 19)} to ${fixtures.web2.digest.slice(0, 19)}.`;
const BROKEN = `one.example/team/broken@${fixtures.broken.digest} lists ${fixtures.missing.digest.slice(0, 19)} for linux/arm64, which its repository does not have.`;

beforeAll(async () => {
  const { catalog } = db();
  const { rows } = await catalog.pool.query<{
    reference: string;
    id: bigint;
    repositoryId: bigint;
    manifestId: bigint;
  }>(
    'SELECT reference, id, repository_id AS "repositoryId", manifest_id AS "manifestId" FROM tag WHERE manifest_id IS NOT NULL',
  );
  const on = (reference: string): Pick<DesiredFinding, 'repositoryId' | 'tagId' | 'manifestId'> => {
    const tag = rows.find((row) => row.reference === reference);
    if (tag === undefined) throw new Error(`there is no ${reference}`);
    return { repositoryId: tag.repositoryId, tagId: tag.id, manifestId: tag.manifestId };
  };
  const move = { from: fixtures.web1.digest, to: fixtures.web2.digest, actor: 'ben', at: minute(7).toISOString() };
  const stable = { ...on('one.example/team/web:stable'), policyId: null, since: minute(7) };
  const desired: readonly DesiredFinding[] = [
    { ...stable, kind: 'platform_lost', severity: 'high', subject: 'linux/arm64', detail: move },
    { ...stable, kind: 'tag_rolled_back', severity: 'low', subject: '', detail: move, since: minute(20) },
    {
      ...{ ...on('one.example/team/broken:1'), tagId: null, policyId: null, since: minute(10) },
      ...{ kind: 'broken_index', severity: 'critical', subject: fixtures.missing.digest },
      detail: { platform: 'linux/arm64' },
    },
    { ...on('one.example/library/legacy:1'), policyId: null, since: minute(4), ...LEGACY },
  ];
  await inTransaction(catalog, async (sql) => {
    const writing = { at: minute(30), tells: true };
    for (const [index, name] of (['lost', 'rolled', 'broken', 'closed'] as const).entries()) {
      const [opened] = await openFindings(sql, desired.slice(index, index + 1), writing);
      ids[name] = opened?.id ?? 0n;
    }
    await closeFindings(sql, [ids.closed], { at: minute(31), tells: true });
  });
});

const LEGACY = { kind: 'legacy_format', severity: 'medium', subject: '', detail: null } as const;

const nodes = async (where: object, orderBy = 'SEVERITY_DESC'): Promise<unknown> =>
  answer(
    `query ($where: FindingFilter, $orderBy: FindingOrder) {
      findings(where: $where, orderBy: $orderBy) { totalCount nodes { kind reference } } }`,
    { where, orderBy },
  );

describe('findings', () => {
  it('have everything that the contract says, in the order of how much they matter', async () => {
    const asked = await answer(`{ findings(where: {open: true}) { totalCount pageInfo { hasNextPage } nodes {
      id kind severity repository { name registry { host } } tag { reference } manifest { digest }
      reference subject message openedAt closedAt waiver { until } } } }`);
    const of = (name: string) => ({ name, registry: { host: 'one.example' } });
    expect(asked).toEqual({
      findings: {
        totalCount: 3,
        pageInfo: { hasNextPage: false },
        nodes: [
          {
            id: formatNodeId('Finding', ids.broken),
            ...{ kind: 'BROKEN_INDEX', severity: 'CRITICAL', repository: of('team/broken'), tag: null },
            manifest: { digest: fixtures.broken.digest },
            reference: `one.example/team/broken@${fixtures.broken.digest}`,
            ...{ subject: fixtures.missing.digest, message: BROKEN },
            ...{ openedAt: minute(10).toISOString(), closedAt: null, waiver: null },
          },
          {
            id: formatNodeId('Finding', ids.lost),
            ...{ kind: 'PLATFORM_LOST', severity: 'HIGH', repository: of('team/web') },
            ...{ tag: { reference: 'one.example/team/web:stable' }, manifest: { digest: fixtures.web2.digest } },
            ...{ reference: 'one.example/team/web:stable', subject: 'linux/arm64', message: LOST },
            ...{ openedAt: minute(7).toISOString(), closedAt: null, waiver: null },
          },
          expect.objectContaining({ id: formatNodeId('Finding', ids.rolled), kind: 'TAG_ROLLED_BACK' }),
        ],
      },
    });
  });

  it.each<[object, string, readonly string[]]>([
    [{}, 'SEVERITY_DESC', ['BROKEN_INDEX', 'PLATFORM_LOST', 'LEGACY_FORMAT', 'TAG_ROLLED_BACK']],
    [{}, 'OPENED_DESC', ['TAG_ROLLED_BACK', 'BROKEN_INDEX', 'PLATFORM_LOST', 'LEGACY_FORMAT']],
    [{ open: false }, 'SEVERITY_DESC', ['LEGACY_FORMAT']],
    [{ repository: { startsWith: 'team/w' } }, 'SEVERITY_DESC', ['PLATFORM_LOST', 'TAG_ROLLED_BACK']],
    [{ kind: ['PLATFORM_LOST', 'BROKEN_INDEX'], severity: ['HIGH'] }, 'SEVERITY_DESC', ['PLATFORM_LOST']],
  ])('%j in the order %s', async (where, orderBy, kinds) => {
    expect(await nodes(where, orderBy)).toMatchObject({
      findings: { totalCount: kinds.length, nodes: kinds.map((kind) => ({ kind })) },
    });
  });

  it('of a tag are those about it and about what it points at in its repository, while they are open', async () => {
    const kindsOf = (reference: string) => answer(`{ tag(reference: "${reference}") { findings { kind } } }`);
    expect(await kindsOf('one.example/team/web:stable')).toEqual({
      tag: { findings: [{ kind: 'PLATFORM_LOST' }, { kind: 'TAG_ROLLED_BACK' }] },
    });
    expect(await kindsOf('one.example/team/broken:1')).toEqual({ tag: { findings: [{ kind: 'BROKEN_INDEX' }] } });
    expect(await kindsOf('one.example/library/legacy:1')).toEqual({ tag: { findings: [] } });
  });

  it('have an id that leads back to them', async () => {
    const id = formatNodeId('Finding', ids.lost);
    const asked = await answer('query ($id: ID!) { node(id: $id) { id ... on Finding { message } } }', { id });
    expect(asked).toEqual({ node: { id, message: LOST } });
  });

  it('are exported as they are answered, sentences included, in the order in which they were found', async () => {
    const fields = 'kind,severity,reference,message,openedAt,closedAt';
    const asked = await answer('{ findings { nodes { kind severity reference message openedAt closedAt } } }');
    const { findings } = asked as { findings: { nodes: { kind: string }[] } }; // as asked
    const response = await fetch(`${api().url}/export/findings.json?fields=${fields}`);
    const found = ['PLATFORM_LOST', 'TAG_ROLLED_BACK', 'BROKEN_INDEX', 'LEGACY_FORMAT'];
    expect(await response.json()).toEqual(found.map((kind) => findings.nodes.find((node) => node.kind === kind)));
    const where = encodeURIComponent('{"kind":["BROKEN_INDEX"]}');
    const csv = await fetch(`${api().url}/export/findings.csv?where=${where}&fields=policy,message,kind,digest`);
    expect(await csv.text()).toBe(
      `policy,message,kind,digest\r\n,"${BROKEN}",BROKEN_INDEX,${fixtures.broken.digest}\r\n`,
    );
  });
});

describe('a waiver', () => {
  const ask = (id: bigint | string, until: string, reason: string) =>
    api().ask(
      'mutation ($id: ID!, $until: DateTime!, $reason: String!) { waive(finding: $id, until: $until, reason: $reason) { kind waiver { until reason by } } }',
      { id: typeof id === 'bigint' ? formatNodeId('Finding', id) : id, until, reason },
    );

  it('is accepted, the last one counts, and a finding can be asked for by it', async () => {
    expect((await ask(ids.rolled, inDays(9), 'first')).errors).toEqual([]);
    const until = inDays(2);
    expect(await ask(ids.rolled, until, ' known since the release ')).toMatchObject({
      data: {
        waive: { kind: 'TAG_ROLLED_BACK', waiver: { until, reason: 'known since the release', by: 'anonymous' } },
      },
    });
    const kinds = (waived: boolean) => nodes({ waived, open: true });
    expect(await kinds(true)).toMatchObject({ findings: { totalCount: 1, nodes: [{ kind: 'TAG_ROLLED_BACK' }] } });
    expect(await kinds(false)).toMatchObject({
      findings: { totalCount: 2, nodes: [{ kind: 'BROKEN_INDEX' }, { kind: 'PLATFORM_LOST' }] },
    });
  });

  it.each<[string, () => Parameters<typeof ask>, string, string]>([
    ['in the past', () => [ids.lost, inDays(-1), 'x'], 'BAD_USER_INPUT', 'until'],
    ['for more than five years', () => [ids.lost, inDays(5 * 366), 'x'], 'BAD_USER_INPUT', 'until'],
    ['without a reason', () => [ids.lost, inDays(1), ' \n'], 'BAD_USER_INPUT', 'reason'],
    ['with a reason that nobody reads', () => [ids.lost, inDays(1), 'x'.repeat(2_001)], 'BAD_USER_INPUT', 'reason'],
    ['of what is closed', () => [ids.closed, inDays(1), 'x'], 'CLOSED', 'finding'],
    ['of a finding that there is none of', () => [10n ** 15n, inDays(1), 'x'], 'NOT_FOUND', 'finding'],
    ['of what is no finding', () => [formatNodeId('Tag', 1n), inDays(1), 'x'], 'BAD_USER_INPUT', 'finding'],
  ])('%s is refused with a code', async (_, args, code, argument) => {
    const { errors } = await ask(...args());
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code, argument }]);
    expect(await nodes({ waived: true, kind: ['PLATFORM_LOST'] })).toMatchObject({ findings: { totalCount: 0 } });
  });
});

describe('a policy', () => {
  it('says how it stands and how far its evaluation is; its findings name it, also once it is removed', async () => {
    const { catalog } = db();
    const where = { repository: { startsWith: 'library/' } };
    const require = { pushed: { from: '-P90D' } };
    const written = { name: 'arm', description: 'Images run on arm64.', owner: 'platform-team', where, require };
    await recordPolicies(catalog, [{ ...written, severity: 'high' }], minute(40));
    const [policy] = await findPolicies(catalog.pool);
    await catalog.pool.query(
      `UPDATE policy SET evaluation_started_at = $1, evaluation_done = 2, evaluation_expected = 4`,
      [minute(41)],
    );
    const { rows } = await catalog.pool.query<{ id: bigint; repositoryId: bigint; manifestId: bigint }>(
      `SELECT id, repository_id AS "repositoryId", manifest_id AS "manifestId" FROM tag WHERE reference = 'two.example/library/base:3'`,
    );
    const desired = rows.map(({ id, ...tag }) => ({
      ...({ ...tag, tagId: id, kind: 'policy', severity: 'high', policyId: policy?.id ?? 0 } as const),
      ...{ subject: '', detail: null, since: null },
    }));
    await inTransaction(catalog, (sql) => openFindings(sql, desired, { at: minute(42), tells: false }));

    const fields =
      'name description owner severity where require inScope passing failing evaluation { startedAt done expected }';
    const stands = {
      ...{ name: 'arm', description: 'Images run on arm64.', owner: 'platform-team', severity: 'HIGH' },
      ...{ where: JSON.stringify(where), require: JSON.stringify(require), inScope: 4, passing: 3, failing: 1 },
      evaluation: { startedAt: minute(41).toISOString(), done: 2, expected: 4 },
    };
    expect(await answer(`{ policies { ${fields} } }`)).toEqual({ policies: [stands] });
    const asked = `{ findings(where: {policy: ["arm"]}) { nodes { message policy { name inScope failing } } } }`;
    const message = 'two.example/library/base:3 breaks the policy arm: Images run on arm64.';
    expect(await answer(asked)).toEqual({
      findings: { nodes: [{ message, policy: { name: 'arm', inScope: 4, failing: 1 } }] },
    });

    await recordPolicies(catalog, [], minute(43));
    expect(await answer('{ policies { name } }')).toEqual({ policies: [] });
    expect(await answer(asked)).toEqual({
      findings: { nodes: [{ message, policy: { name: 'arm', inScope: 0, failing: 0 } }] },
    });
  });
});
