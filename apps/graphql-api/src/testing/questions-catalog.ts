import {
  countUses,
  evaluatePolicies,
  examineTodo,
  findPolicies,
  foldFindingCounts,
  foldTagCounts,
  inTransaction,
  recordMissing,
  recordPolicies,
  type Catalog,
} from '@strata/catalog';
import { heldExamination } from '@strata/catalog/testing';
import { anImage, anIndex } from '@strata/oci/testing';
import { push } from './push.js';

/** The n-th minute of the morning that the page tells of; reports are not made of the future. */
const minute = (n: number): Date => new Date(Date.UTC(2026, 2, 2, 9, n));

const R1 = 'one.example';
const R2 = 'two.example';

const labels = { 'org.opencontainers.image.vendor': 'team-api' };

const image = (seed: string, platform: string, more: Partial<Parameters<typeof anImage>[0]> = {}) =>
  anImage({ seed, platform, layers: 1, ...more });

/**
 * The catalog that docs/questions.md describes, written as the worker writes it; a policy is evaluated and everything
 * that was pushed is examined.
 */
export async function fillQuestionsCatalog(catalog: Catalog): Promise<void> {
  const base1 = { amd64: image('base 1', 'linux/amd64'), arm64: image('base 1', 'linux/arm64') };
  const base2 = { amd64: image('base 2', 'linux/amd64'), arm64: image('base 2', 'linux/arm64') };
  const web = {
    amd64: image('web', 'linux/amd64', { base: base1.amd64 }),
    arm64: image('web', 'linux/arm64', { base: base1.arm64 }),
    armV7: image('web', 'linux/arm/v7'),
  };
  const job = {
    amd64: image('job', 'linux/amd64', { base: base2.amd64 }),
    arm64: image('job', 'linux/arm64', { base: base2.arm64 }),
  };
  const api = image('api', 'linux/amd64', { base: base1.amd64, format: 'docker', labels });
  const missing = image('missing', 'linux/arm64');
  const broken = anIndex({ entries: [image('broken', 'linux/amd64'), missing] });
  const odd = anIndex({ entries: [{ manifest: image('odd', 'linux/amd64'), platform: 'linux/arm64' }] });

  const at = (repository: string, tag: string, n: number, actor: string, registry = R1) => ({
    ...{ registry, repository, tag, at: minute(n), actor },
  });
  await push(catalog, {
    ...at('library/base', '3', 1, 'builder'),
    manifest: anIndex({ entries: Object.values(base1) }),
  });
  await push(catalog, { ...at('team/web', '1.0', 5, 'ann'), manifest: anIndex({ entries: [web.amd64, web.arm64] }) });
  await push(catalog, { ...at('team/api', '2', 6, 'ann'), manifest: api });
  await push(catalog, { ...at('mirror/web', '1.0', 8, 'promoter', R2), manifest: web.amd64 });
  await push(catalog, { ...at('team/broken', '1', 10, 'ann'), manifest: broken, without: [missing.digest] });
  await push(catalog, { ...at('team/odd', '1', 11, 'ann'), manifest: odd });
  await push(catalog, {
    ...at('library/base', '3', 20, 'builder'),
    manifest: anIndex({ entries: Object.values(base2) }),
  });
  await push(catalog, { ...at('team/job', '1', 25, 'ben'), manifest: anIndex({ entries: Object.values(job) }) });
  await push(catalog, { ...at('team/web', '1.0', 30, 'ben'), manifest: anIndex({ entries: [web.amd64, web.armV7] }) });
  await inTransaction(catalog, async (sql) => {
    const { rows } = await sql.query<{ id: number }>(`SELECT id FROM source WHERE name = $1`, [`source-of-${R1}`]);
    const asked = { sourceId: rows[0]?.id ?? 0, repository: 'team/broken', digest: missing.digest };
    await recordMissing(sql, [asked]); // what the worker does once the registry has said it twice
  });
  await examine(catalog);
}

/** What the worker does beside the cataloguing, until nothing is left to do. */
async function examine(catalog: Catalog): Promise<void> {
  const now = (): Date => minute(40);
  const where = { repository: { startsWith: 'team/' } };
  const policy = { name: 'multi-architecture', description: 'Images of teams run on arm64.', owner: 'platform-team' };
  await recordPolicies(
    catalog,
    [{ ...policy, severity: 'high', where, require: { platforms: { has: ['linux/arm64'] } } }],
    now(),
  );
  const hold = await heldExamination(catalog);
  try {
    while ((await examineTodo({ hold, now }, { changes: 100, hanging: 1_000 })).taken > 0);
    for await (const step of evaluatePolicies({ catalog, hold, now }, await findPolicies(hold.sql))) void step;
  } finally {
    await hold.release();
  }
  await countUses(catalog);
  while ((await foldTagCounts(catalog)) + (await foldFindingCounts(catalog)) > 0);
}
