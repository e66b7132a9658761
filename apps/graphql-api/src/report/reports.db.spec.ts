import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  evaluatePolicies,
  findPolicies,
  forgetChanges,
  makeReport,
  recordPolicies,
  waive,
  type ReportRequest,
} from '@strata/catalog';
import { heldExamination } from '@strata/catalog/testing';
import { anImage } from '@strata/oci/testing';
import { formatReport, type ReportName, type ReportOf } from '@strata/report';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { push } from '../testing/push.js';
import { fixtures, minute } from '../testing/small-catalog.js';

const { api, db, answer } = askSmallCatalog();

/** Long after everything; nothing is measured at it. */
const LATER = new Date('2027-01-01T00:00:00Z');
const AN_HOUR_LATER = new Date('2027-01-01T01:00:00Z');

const BOTH = { platforms: { hasAll: ['linux/amd64', 'linux/arm64'] } };
const policy = (name: string, severity: 'low' | 'high', where: object, require: object) => ({
  ...{ name, severity, where, require, description: `What ${name} says.`, owner: 'platform' },
});

beforeAll(async () => {
  await recordPolicies(
    db().catalog,
    [
      policy('multi-arch', 'high', { platforms: { has: ['amd64'] } }, BOTH),
      policy('oci-only', 'low', { registry: { eq: 'one.example' } }, { not: { format: ['DOCKER_SCHEMA2'] } }),
    ],
    minute(20),
  );
  const hold = await heldExamination(db().catalog);
  const tools = { catalog: db().catalog, hold, now: () => minute(21) };
  const steps = evaluatePolicies(tools, await findPolicies(db().catalog.pool));
  while ((await steps.next()).done !== true);
  await hold.release();
});

async function make<Name extends ReportName>(
  name: Name,
  asked: Partial<ReportRequest> = {},
  now = LATER,
): Promise<ReportOf<Name>> {
  const request: ReportRequest = {
    name,
    where: null,
    policy: null,
    mediaTypes: null,
    asOf: null,
    limit: 100,
    ...asked,
  };
  const report = await makeReport(db().catalog, request, now);
  if (report.report !== name) throw new Error('another report than was asked for');
  return report as ReportOf<Name>; // of that name
}

const textOf = async (...asked: Parameters<typeof make>): Promise<string> =>
  Buffer.from(formatReport(await make(...asked), 'json') ?? []).toString();

describe('a report worked out by hand', () => {
  it('of policies counts who is in scope, who passes and who does not, and lists what is open', async () => {
    const { policies, findings, asOf } = await make('policies');
    // amd64 is in base:3, base:edge, legacy, web, nested, broken, win and two.example's base; arm64 too in the first two and in broken.
    expect(
      policies.map(({ name, inScope, passing, failing, waived }) => [name, inScope, passing, failing, waived]),
    ).toEqual([
      ['multi-arch', 8, 3, 5, 0],
      ['oci-only', 9, 8, 1, 0],
    ]);
    expect(asOf).toBe(minute(21).toISOString());
    expect(findings.listed.map(({ severity, policy: name, reference }) => [severity, name, reference])).toEqual([
      ['HIGH', 'multi-arch', 'one.example/library/legacy:1'],
      ['HIGH', 'multi-arch', 'one.example/team/nested:1'],
      ['HIGH', 'multi-arch', 'one.example/team/web:stable'],
      ['HIGH', 'multi-arch', 'one.example/win/app:ltsc'],
      ['HIGH', 'multi-arch', 'two.example/library/base:3'],
      ['LOW', 'oci-only', 'one.example/library/legacy:1'],
    ]);
  });

  it('of policies as of a moment holds the tags of that moment to them, and with a filter only those', async () => {
    const past = await make('policies', { asOf: minute(6) });
    // base:3, base:edge and both tags of web have both platforms then; legacy has not.
    expect(past.policies.map(({ inScope, failing }) => [inScope, failing])).toEqual([
      [5, 1],
      [5, 1],
    ]);
    const where = { filter: { repository: { startsWith: 'team/' } }, written: { repository: { startsWith: 'team/' } } };
    const some = await make('policies', { where, policy: 'multi-arch' });
    expect(some.policies.map(({ name, inScope, failing }) => [name, inScope, failing])).toEqual([['multi-arch', 3, 2]]);
    expect(some.findings.total).toBe(2);
  });

  it('of coverage counts a tag once in every platform that it has, of those that something runs', async () => {
    const { tags, runnable, architectures, namespaces } = await make('coverage');
    expect([tags, runnable]).toEqual([10, 8]);
    expect(architectures).toEqual([
      { name: 'amd64', tags: 8 },
      { name: 'arm', tags: 3 },
      { name: 'arm64', tags: 3 },
      { name: 's390x', tags: 1 },
    ]);
    expect(namespaces.listed.map(({ namespace, tags: all, runnable: some }) => [namespace, all, some])).toEqual([
      ['library', 4, 4],
      ['team', 4, 3],
      ['charts', 1, 0],
      ['win', 1, 1],
    ]);
  });

  it('of coverage may be of the scope of one policy', async () => {
    expect((await make('coverage', { policy: 'multi-arch' })).tags).toBe(8);
    await expect(make('coverage', { policy: 'nothing' })).rejects.toMatchObject({
      code: 'unknown-policy',
      parameter: 'policy',
    });
  });

  it('of retirement says whose they are, who refuses them, and what becomes of them', async () => {
    const labels = { 'org.opencontainers.image.vendor': 'ACME', 'org.opencontainers.image.source': 'nowhere' };
    const manifest = anImage({ seed: 'acme', format: 'docker', labels });
    await push(db().catalog, { registry: 'one.example', repository: 'team/acme', tag: '1', at: minute(30), manifest });
    const { tags, owners, mediaTypes, lookedAt, months } = await make('retirement');
    expect(
      tags.listed.map(({ reference, owner, ownerFrom, lastPushAt }) => [reference, owner, ownerFrom, lastPushAt]),
    ).toEqual([
      ['one.example/library/legacy:1', 'library', 'namespace', minute(4).toISOString()],
      ['one.example/team/acme:1', 'ACME', 'org.opencontainers.image.vendor', minute(30).toISOString()],
    ]);
    expect(tags.listed.map(({ conversion }) => conversion)).toEqual(
      Array(2).fill({ mediaType: 'application/vnd.oci.image.manifest.v1+json', isLossless: true, reasons: [] }),
    );
    expect(tags.listed.map(({ refusedBy }) => Array.isArray(refusedBy))).toEqual([true, true]);
    expect([lookedAt, owners.total, mediaTypes.map(({ tags: count }) => count)]).toEqual([2, 2, [2]]);
    expect(months.slice(-2).map(({ month, tags: left }) => [month, left])).toEqual([
      ['2026-10', 0],
      ['2026-11', 2],
    ]);
    const index = await make('retirement', { mediaTypes: ['application/vnd.oci.image.index.v1+json'] });
    expect(index.tags.total).toBe(5);
  });

  it('of losses names the push that did it, what is over, and what is accepted', async () => {
    const detail = { from: fixtures.web1.digest, to: fixtures.web2.digest, actor: 'ben', at: minute(7).toISOString() };
    await db().catalog.pool.query(
      `INSERT INTO finding (kind, severity, repository_id, tag_id, subject, detail, opened_at, closed_at)
       SELECT 'platform_lost', 'high', repository_id, id, subject, $1::jsonb, opened, closed FROM tag,
         (VALUES ('linux/arm64', $2::timestamptz, NULL), ('linux/s390x', $3, $4::timestamptz)) AS lost (subject, opened, closed)
       WHERE reference = 'one.example/team/web:stable'`,
      [JSON.stringify(detail), minute(7), minute(5), minute(6)],
    );
    const { open, losses, platforms, months } = await make('losses');
    expect(losses.listed[0]).toEqual({
      ...{ reference: 'one.example/team/web:stable', platform: 'linux/arm64', lostAt: minute(7).toISOString() },
      ...{ actor: 'ben', fromDigest: detail.from, toDigest: detail.to, closedAt: null, waiver: null },
    });
    expect([open, losses.total, losses.listed[1]?.closedAt, months.at(-1)]).toEqual([
      ...[1, 2, minute(6).toISOString()],
      { month: '2026-11', lost: 2 },
    ]);
    expect(platforms).toEqual([
      { name: 'linux/arm64', open: 1, lost: 1 },
      { name: 'linux/s390x', open: 0, lost: 1 },
    ]);
    const then = await make('losses', { asOf: new Date(minute(5).getTime() + 1_000) });
    expect([then.open, then.losses.listed.map(({ platform }) => platform)]).toEqual([1, ['linux/s390x']]);
  });

  it('of storage adds up to what the questions about storage say', async () => {
    const report = await make('storage');
    const asked = await answer(`{ storage { logicalBytes uniqueBytes exclusiveBytes }
      team: storage(where: {name: {startsWith: "team/"}, registry: {eq: "one.example"}}) { logicalBytes uniqueBytes exclusiveBytes }
      web: repository(name: "team/web", registry: "one.example") { storage { logicalBytes uniqueBytes exclusiveBytes } } }`);
    const sizes = ({
      logicalBytes,
      uniqueBytes,
      exclusiveBytes,
    }: Pick<typeof report, 'logicalBytes' | 'uniqueBytes' | 'exclusiveBytes'>) => ({
      ...{ logicalBytes, uniqueBytes, exclusiveBytes },
    });
    const team = report.namespaces.listed.find(
      ({ registry, namespace }) => registry === 'one.example' && namespace === 'team',
    );
    const web = report.repositories.listed.find(({ repository }) => repository === 'team/web');
    if (team === undefined || web === undefined) throw new Error('the small catalog has both');
    expect({ storage: sizes(report), team: sizes(team), web: { storage: sizes(web) } }).toEqual(asked);
    await expect(make('storage', { asOf: minute(5) })).rejects.toMatchObject({ code: 'no-past', parameter: 'asOf' });
  });

  it('of verification measures ages at its moment, by registry', async () => {
    const { registries, older } = await make('verification', { asOf: new Date(minute(14).getTime() + 24 * 3_600_000) });
    expect(
      registries.map(({ registry, tags, olderThanDay, oldestAt }) => [registry, tags, olderThanDay, oldestAt]),
    ).toEqual([
      ['one.example', 10, 9, minute(1).toISOString()],
      ['two.example', 1, 0, minute(14).toISOString()],
    ]);
    expect([older.total, older.listed[0]?.reference]).toEqual([9, 'one.example/library/base:3']);
    expect(registries[0]?.ages.map(({ tags }) => tags)).toEqual([0, 1, 9, 0, 0]);
  });
});

describe('the bytes of a report', () => {
  const NAMES = ['policies', 'coverage', 'retirement', 'losses', 'storage'] as const;

  it.each(NAMES)('of %s are the same an hour later, while nothing has changed', async (name) => {
    expect(await textOf(name, {}, AN_HOUR_LATER)).toBe(await textOf(name));
  });

  it('of verification are the same for the same moment, and each full hour is another', async () => {
    expect(await textOf('verification', { asOf: minute(59) }, AN_HOUR_LATER)).toBe(
      await textOf('verification', { asOf: minute(59) }),
    );
    expect(await textOf('verification', {}, AN_HOUR_LATER)).not.toBe(await textOf('verification'));
  });

  it('are the same once the changes that led there are forgotten', async () => {
    const before = await Promise.all(NAMES.map((name) => textOf(name)));
    await forgetChanges(db().catalog.pool, { before: LATER, unreadBefore: LATER });
    expect(await Promise.all(NAMES.map((name) => textOf(name)))).toEqual(before);
  });

  it('are others, with another revision, after one change', async () => {
    const before = await Promise.all(NAMES.map((name) => make(name)));
    await push(db().catalog, {
      registry: 'one.example',
      repository: 'team/new',
      tag: '1',
      at: minute(40),
      manifest: fixtures.web1,
    });
    const after = await Promise.all(NAMES.map((name) => make(name)));
    for (const [index, report] of after.entries()) {
      expect(report.revision).not.toBe(before[index]?.revision);
      expect(report.asOf).toBe(minute(40).toISOString());
    }
  });

  it('are others once a finding is accepted, and others again once that is over', async () => {
    const { rows } = await db().catalog.pool.query<{ id: bigint }>(
      `SELECT finding.id FROM finding JOIN tag ON tag.id = tag_id WHERE reference = 'one.example/win/app:ltsc'`,
    );
    const findingId = rows[0]?.id ?? 0n;
    await waive(db().catalog, { findingId, until: minute(50), reason: 'no arm64 yet', by: 'ann', now: minute(41) });
    const accepted = await make('policies', {}, minute(49));
    expect([accepted.asOf, accepted.policies[0]?.waived]).toEqual([minute(41).toISOString(), 1]);
    const over = await make('policies', {}, minute(50));
    expect([over.asOf, over.policies[0]?.waived]).toEqual([minute(50).toISOString(), 0]);
    expect(over.revision).not.toBe(accepted.revision);
  });
});

it('the question for a report gives the state of each policy, and the digest of the same report over HTTP', async () => {
  const asked = (await answer(
    '{ report { revision asOf digest policies { policy { name severity owner } inScope passing failing waived } } }',
  )) as { report: { revision: string; digest: string; policies: readonly object[] } }; // as asked
  const response = await fetch(`${api().url}/reports/policies.json`);
  expect([asked.report.digest, asked.report.revision]).toEqual([
    response.headers.get('x-strata-digest'),
    response.headers.get('x-strata-revision'),
  ]);
  const [, second] = asked.report.policies;
  expect(second).toMatchObject({ policy: { name: 'oci-only', severity: 'LOW', owner: 'platform' }, waived: 0 });
  const one = await answer('{ report(policy: "oci-only", asOf: "2026-11-21T08:00:00Z") { policies { inScope } } }');
  expect(one).toEqual({ report: { policies: [{ inScope: 0 }] } });
});
