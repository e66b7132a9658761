import type { ReportOf } from '@strata/report';
import { digestFromBytes } from '../digest-bytes.js';
import { joinSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { TAG_NOW } from '../filter/tag-columns.js';
import { tagsWhere } from '../tag/find-tags.js';
import type { ReportBody } from './report-body.js';
import type { ReportScope } from './report-request.js';

type Verification = ReportOf<'verification'>;

const HOUR_MS = 3_600_000;

/** Ends of the groups by age, in hours; what is older than the last is a group of its own. */
const AGES = [1, 24, 168, 720] as const;
const OLD_HOURS = 24;

/** How old what is known of each tag was at the moment, by registry, and which of it was older than a day. */
export async function makeVerificationReport(scope: ReportScope): Promise<ReportBody<'verification'>> {
  const { db, at } = scope;
  const before = (hours: number): SqlPart => sql`tag.observed_at < ${new Date(at.getTime() - hours * HOUR_MS)}`;
  const meant = await tagsWhere(db, scope.where, TAG_NOW);
  return {
    registries: await readRegistries(scope, meant, before),
    older: await readOlder(scope, sql`${meant} AND ${before(OLD_HOURS)}`),
  };
}

interface RegistryRow {
  readonly registry: string;
  readonly tags: number;
  /** How many are older than each of `AGES`. */
  readonly older: readonly number[];
  readonly oldestAt: Date | null;
}

async function readRegistries(
  { db }: ReportScope,
  meant: SqlPart,
  before: (hours: number) => SqlPart,
): Promise<Verification['registries']> {
  const counted = AGES.map((hours) => sql`count(*) FILTER (WHERE ${before(hours)})::int`);
  const older = sql`ARRAY[${joinSql(counted, ', ')}]`;
  const statement = sql`SELECT registry.host AS registry, coalesce(seen.tags, 0) AS tags,
      coalesce(seen.older, '{}') AS older, seen.oldest AS "oldestAt"
    FROM registry LEFT JOIN (
      SELECT repository.registry_id, count(*)::int AS tags, ${older} AS older, min(tag.observed_at) AS oldest
      FROM tag JOIN repository ON repository.id = tag.repository_id WHERE ${meant} GROUP BY 1
    ) AS seen ON seen.registry_id = registry.id ORDER BY registry.host COLLATE "C"`;
  const { rows } = await db.query<RegistryRow>(toQuery(statement));
  return rows.map(({ registry, tags, older: counts, oldestAt }) => ({
    registry,
    tags,
    ages: [...AGES, null].map((upToHours, index) => ({
      upToHours,
      tags: (index === 0 ? tags : (counts[index - 1] ?? 0)) - (counts[index] ?? 0),
    })),
    olderThanDay: counts[AGES.indexOf(OLD_HOURS)] ?? 0,
    oldestAt: oldestAt?.toISOString() ?? null,
  }));
}

async function readOlder({ db, asked }: ReportScope, condition: SqlPart): Promise<Verification['older']> {
  const statement = sql`SELECT tag.reference, pointed.digest, tag.observed_at AS "verifiedAt", (count(*) OVER ())::int AS total
    FROM tag JOIN manifest AS pointed ON pointed.id = tag.manifest_id
    WHERE ${condition} ORDER BY tag.observed_at, tag.reference LIMIT ${asked.limit}`;
  const { rows } = await db.query<{
    readonly reference: string;
    readonly digest: Buffer;
    readonly verifiedAt: Date;
    readonly total: number;
  }>(toQuery(statement));
  const listed = rows.map(({ reference, digest, verifiedAt }) => {
    return { reference, digest: digestFromBytes(digest), verifiedAt: verifiedAt.toISOString() };
  });
  return { total: rows[0]?.total ?? 0, listed };
}
