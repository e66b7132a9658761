import { resolve } from 'node:path';
import {
  evaluatePolicies,
  findPolicies,
  findViolations,
  foldFindingCounts,
  holdExamination,
  openCatalog,
  policyWords,
  recordPolicies,
  type Catalog,
  type ExaminationHold,
  type Policy,
  type WrittenPolicy,
} from '@strata/catalog';
import { checkConfigText, policiesSection } from '@strata/runtime';
import { openSeedDatabase } from '../seed/seed-database.js';
import type { SeedSizeName } from '../seed/seed-size.js';
import type { Figure } from './figure.js';

/** Pushes about which the policies are asked, one after the other, in each round; the first round also warms up. */
const PUSHES = 100;
const ROUNDS = 5;

/**
 * Twenty policies, the ready-made ones and others for some repositories: evaluated over the whole made-up catalog from
 * nothing, on a server that has just started and on the same one when it has been at work, and asked about one tag after the
 * other as after its push. Afterwards the catalog is as it was.
 */
export async function benchPolicies(size: SeedSizeName, report: (step: string) => void): Promise<readonly Figure[]> {
  const tell = (step: string): void => report(`${size}: ${step}`);
  const database = await openSeedDatabase(size, '1', tell);
  const catalog = openCatalog({ databaseUrl: database.url, poolSize: 4 });
  try {
    const hold = await holdExamination(catalog);
    if (hold === null) throw new Error('somebody else examines the made-up catalog');
    try {
      const started = await evaluateTwenty(catalog, hold, tell);
      await forget(catalog, hold);
      const atWork = await evaluateTwenty(catalog, hold, tell);
      tell('asking about one push after the other');
      await tidy(catalog);
      const policies = await findOurs(catalog);
      const pushMs = await askOneByOne(hold, policies);
      return [
        figureOf(`${size}: ${policies.length} policies over every tag, from nothing`, 's', atWork, 60),
        figureOf(`${size}: the same on a server that has just started`, 's', started, 60),
        figureOf(`${size}: ${policies.length} policies asked about one push`, 'ms', pushMs, 5),
      ];
    } finally {
      tell('closing what was found');
      await forget(catalog, hold);
      await hold.release();
    }
  } finally {
    await catalog.close();
    await database.stop();
  }
}

function figureOf(name: string, unit: Figure['unit'], measured: number, amount: number): Figure {
  return { name, unit, measured, limit: null, target: { kind: 'at most', amount } };
}

/** How the policies of the bench are called, so that they are no others. */
const OURS = 'bench-';

async function findOurs({ pool }: Catalog): Promise<readonly Policy[]> {
  return (await findPolicies(pool)).filter(({ name }) => name.startsWith(OURS));
}

async function othersOf(catalog: Catalog): Promise<readonly Policy[]> {
  return (await findPolicies(catalog.pool)).filter(({ name }) => !name.startsWith(OURS));
}

/** The twelve of the folder, and eight that ask of some namespaces what teams ask. */
function twentyPolicies(): readonly WrittenPolicy[] {
  const file = resolve('bench.yaml'); // only its folder counts
  const checked = checkConfigText(file, 'policies: [policies]', { policies: policiesSection(policyWords) }, {});
  if (!checked.ok) throw new Error(`the ready-made policies are not understood: ${JSON.stringify(checked.problems)}`);
  const own = (name: string, where: unknown, require: unknown): WrittenPolicy => ({
    ...{ name: `${OURS}${name}`, severity: 'medium', description: null, owner: null },
    ...{ where, require },
  });
  const latest = { name: { eq: 'latest' } };
  return [
    ...checked.value.policies.map((policy) => ({ ...policy, name: `${OURS}${policy.name}` })),
    own('latest-arm64', latest, { platforms: { has: ['linux/arm64'] } }),
    own('latest-small', latest, { size: { max: 500_000_000 } }),
    own('no-latest', { repository: { contains: 'frontend' } }, { not: latest }),
    own('payments-signed', { repository: { startsWith: 'payments-' } }, { attestation: ['SIGNATURE'] }),
    own('licensed', latest, { labels: [{ key: 'org.opencontainers.image.licenses' }] }),
    own('titled', { repository: { startsWith: 'search-' } }, { labels: [{ key: 'org.opencontainers.image.title' }] }),
    own('zstd', latest, { not: { layerMediaType: { contains: 'zstd' } } }),
    own('referrers', { repository: { startsWith: 'media-' } }, { referrer: { eq: '*' } }),
  ];
}

/** Returns how many seconds it took. */
async function evaluateTwenty(catalog: Catalog, hold: ExaminationHold, tell: (step: string) => void): Promise<number> {
  await recordPolicies(catalog, [...(await othersOf(catalog)), ...twentyPolicies()], new Date());
  const policies = await findOurs(catalog);
  tell(`evaluating ${policies.length} policies from nothing`);
  const startedMs = performance.now();
  const lots = evaluatePolicies({ catalog, hold, now: () => new Date() }, policies);
  let opened = 0;
  for (let lot = await lots.next(); lot.done !== true; lot = await lots.next()) opened += lot.value.opened;
  const seconds = (performance.now() - startedMs) / 1_000;
  tell(`${opened} findings after ${seconds.toFixed(1)} s; tidying up`);
  return seconds;
}

/** What the server would do in the minutes after, and what would be measured as the pushes' otherwise. */
async function tidy({ pool }: Catalog): Promise<void> {
  await pool.query(`VACUUM (ANALYZE) ${WRITTEN}`);
  await pool.query('CHECKPOINT');
}

/** The mean of tags that are spread over the catalog, in milliseconds: of the round that other programs disturbed least. */
async function askOneByOne({ sql }: ExaminationHold, policies: readonly Policy[]): Promise<number> {
  const { rows } = await sql.query<{ id: bigint }>(
    'SELECT id FROM tag WHERE manifest_id IS NOT NULL ORDER BY md5(id::text) LIMIT $1',
    [PUSHES * ROUNDS],
  );
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    for (const { id } of rows.slice(round * PUSHES, (round + 1) * PUSHES))
      await findViolations(sql, { tagIds: [id], policies, now: new Date() });
    best = Math.min(best, (performance.now() - startedMs) / PUSHES);
  }
  return best;
}

/** What `forget` leaves dead rows in, or new counts. */
const WRITTEN = 'finding, finding_count_todo, finding_count, repository_finding_count, policy';

/** Takes everything back, counts and the space of what was deleted included, so that the next line finds what it expects. */
async function forget(catalog: Catalog, hold: ExaminationHold): Promise<void> {
  await recordPolicies(catalog, await othersOf(catalog), new Date());
  const removed = await findPolicies(catalog.pool, { removed: true });
  const ids = removed.filter(({ name }) => name.startsWith(OURS)).map(({ id }) => id);
  await hold.transaction(async (sql) => {
    await sql.query('DELETE FROM finding WHERE policy_id = ANY ($1::int[])', [ids]);
    await sql.query('DELETE FROM policy WHERE id = ANY ($1::int[])', [ids]);
  });
  while ((await foldFindingCounts(catalog, 100_000)) > 0);
  await tidy(catalog);
}
