import type { ReportOf, RetiringTag } from '@strata/report';
import { digestFromBytes } from '../digest-bytes.js';
import { joinSql, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { tagColumns, type TagColumns } from '../filter/tag-columns.js';
import type { TagFilter } from '../filter/tag-filter.js';
import type { ManifestFormat } from '../stored-words.js';
import { namespaceOf } from '../repository/namespace.js';
import { countTags, tagsWhere } from '../tag/find-tags.js';
import { lookAtRetiring, MAX_LOOKED_AT } from './look-at-retiring.js';
import { lastMonths } from './months.js';
import type { ReportBody } from './report-body.js';
import type { ReportScope } from './report-request.js';

const NAMESPACE = rawSql(namespaceOf('repository.name'));

type Retirement = ReportOf<'retirement'>;

/** What is to go, unless something else is named. */
const RETIRING: readonly ManifestFormat[] = ['docker_schema1', 'docker_schema2', 'docker_list'];

/** Where an image says whose it is, the first that it says: annotations of the manifest, then labels of its config. */
const OWNER_KEYS = ['vendor', 'authors', 'source'].map((key) => `org.opencontainers.image.${key}`);

/** What tags still are of what is to go: by type, by owner, tag by tag with what would break, and month by month. */
export async function makeRetirementReport(scope: ReportScope): Promise<ReportBody<'retirement'>> {
  const { db, past, asked } = scope;
  const where = retiring(scope);
  const tag = tagColumns(past);
  const meant = { tag, where: await tagsWhere(db, where, tag) };
  const rows = await readTags(scope, meant);
  const seen = await lookAtRetiring(
    db,
    rows.map(({ manifestId }) => manifestId),
  );
  const months: Retirement['months'] = [];
  for (const { month, at } of lastMonths(scope.at)) {
    const [tags = 0] = await countTags(db, { where, asOf: at, scope: { kind: 'everywhere' } });
    months.push({ month, at: at.toISOString(), tags });
  }
  const listed = rows.map(({ digest, lastPushAt, manifestId, total: _, ...row }): RetiringTag => ({
    ...row,
    format: row.format.toUpperCase(),
    digest: digestFromBytes(digest),
    lastPushAt: lastPushAt.toISOString(),
    ...(seen.get(manifestId) ?? { refusedBy: null, conversion: null }),
  }));
  return {
    mediaTypes: await readMediaTypes(scope, meant),
    owners: await readOwners(scope, meant, asked.limit),
    lookedAt: Math.min(seen.size, MAX_LOOKED_AT),
    tags: { total: rows[0]?.total ?? 0, listed },
    months,
  };
}

function retiring({ where, asked: { mediaTypes } }: ReportScope): TagFilter {
  const going: TagFilter = mediaTypes === null ? { format: RETIRING } : { mediaType: mediaTypes };
  return where === null ? going : { and: [going, where] };
}

interface Meant {
  readonly tag: TagColumns;
  readonly where: SqlPart;
}

const TABLES = sql`JOIN repository ON repository.id = tag.repository_id
  JOIN media_type ON media_type.id = target.media_type_id`;

function from({ tag }: Meant): SqlPart {
  return sql`${tag.from} JOIN manifest AS target ON target.id = ${tag.manifestId} ${TABLES}`;
}

/** The labels of an image, or of the first platform's image of an index. */
const LABELS = sql`LEFT JOIN LATERAL (
    SELECT coalesce(
      (SELECT labels FROM image_config WHERE image_config.id = target.config_id),
      (SELECT image_config.labels FROM index_entry AS entry JOIN manifest AS child ON child.digest = entry.child_digest
         JOIN image_config ON image_config.id = child.config_id
        WHERE entry.manifest_id = target.id AND entry.kind = 'platform' ORDER BY entry.position LIMIT 1)
    ) AS labels
  ) AS config ON TRUE
  CROSS JOIN LATERAL (
    SELECT said.key, said.value FROM (VALUES ${joinSql(
      [rawSql('target.annotations'), rawSql('config.labels')].flatMap((texts, table) =>
        OWNER_KEYS.map(
          (key, place) =>
            sql`(${table * OWNER_KEYS.length + place}::int, ${key}::text, nullif(trim(${texts} ->> ${key}::text), ''))`,
        ),
      ),
      ', ',
    )}, (99, 'namespace', ${NAMESPACE})) AS said (place, key, value)
    WHERE said.value IS NOT NULL ORDER BY said.place LIMIT 1
  ) AS owned`;

async function readMediaTypes({ db }: ReportScope, meant: Meant): Promise<Retirement['mediaTypes']> {
  const { tag, where } = meant;
  const statement = sql`SELECT media_type.name AS "mediaType", upper(${tag.format}::text) AS format, count(*)::int AS tags,
      count(DISTINCT tag.repository_id)::int AS repositories, min(${tag.pushedAt}) AS "oldestPushAt", max(${tag.pushedAt}) AS "lastPushAt"
    FROM ${from(meant)} WHERE ${where} GROUP BY 1, 2 ORDER BY tags DESC, media_type.name COLLATE "C", 2`;
  type Row = Omit<Retirement['mediaTypes'][number], 'oldestPushAt' | 'lastPushAt'> &
    Readonly<Record<'oldestPushAt' | 'lastPushAt', Date>>;
  const { rows } = await db.query<Row>(toQuery(statement));
  return rows.map(({ oldestPushAt, lastPushAt, ...row }) => ({
    ...row,
    oldestPushAt: oldestPushAt.toISOString(),
    lastPushAt: lastPushAt.toISOString(),
  }));
}

async function readOwners({ db }: ReportScope, meant: Meant, limit: number): Promise<Retirement['owners']> {
  const statement = sql`SELECT owned.value AS owner, owned.key AS "ownerFrom", count(*)::int AS tags,
      max(${meant.tag.pushedAt}) AS "lastPushAt"
    FROM ${from(meant)} ${LABELS} WHERE ${meant.where} GROUP BY 1, 2
    ORDER BY tags DESC, owned.value COLLATE "C", owned.key COLLATE "C"`;
  const { rows } = await db.query<{
    readonly owner: string;
    readonly ownerFrom: string;
    readonly tags: number;
    readonly lastPushAt: Date;
  }>(toQuery(statement));
  const listed = rows.slice(0, limit).map((row) => ({ ...row, lastPushAt: row.lastPushAt.toISOString() }));
  return { total: rows.length, listed };
}

interface TagRow {
  readonly reference: string;
  readonly digest: Buffer;
  readonly mediaType: string;
  readonly format: string;
  readonly owner: string;
  readonly ownerFrom: string;
  readonly lastPushAt: Date;
  readonly manifestId: bigint;
  readonly total: number;
}

async function readTags({ db, asked }: ReportScope, meant: Meant): Promise<readonly TagRow[]> {
  const { tag, where } = meant;
  const statement = sql`SELECT tag.reference, target.digest, media_type.name AS "mediaType", ${tag.format}::text AS format,
      owned.value AS owner, owned.key AS "ownerFrom", ${tag.pushedAt} AS "lastPushAt", target.id AS "manifestId",
      (count(*) OVER ())::int AS total
    FROM ${from(meant)} ${LABELS} WHERE ${where} ORDER BY ${tag.pushedAt}, tag.reference LIMIT ${asked.limit}`;
  return (await db.query<TagRow>(toQuery(statement))).rows;
}
