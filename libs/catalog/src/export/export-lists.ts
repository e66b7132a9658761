import { digestText, instantText } from '../filter/as-text.js';
import { checkFilter } from '../filter/check-filter.js';
import type { FindingFilter } from '../filter/finding-filter.js';
import { compileImageFilter, type ImageFilter } from '../filter/image-filter.js';
import { compileLayerFilter, type LayerFilter } from '../filter/layer-filter.js';
import { isHeld } from '../filter/reach.js';
import { allOf, joinSql, rawSql, sql, type SqlPart } from '../filter/sql.js';
import { tagColumns, type TagColumns } from '../filter/tag-columns.js';
import type { TagFilter } from '../filter/tag-filter.js';
import { FINDING_FACTS, FINDING_REFERENCE, FINDING_TABLES, findingsWhere } from '../finding/find-findings.js';
import type { Sql } from '../open-catalog.js';
import { findPlatforms } from '../platform/find-platforms.js';
import { tagsWhere } from '../tag/find-tags.js';

/** What can be exported, with the filter that chooses. */
export type ExportQuery =
  | { readonly kind: 'tags'; readonly where: TagFilter | null; readonly asOf: Date | null }
  | { readonly kind: 'images'; readonly where: ImageFilter | null }
  | { readonly kind: 'layers'; readonly where: LayerFilter | null }
  | { readonly kind: 'findings'; readonly where: FindingFilter | null; readonly now: Date };

/** The columns of each kind in their usual order, under the names of the contract. */
export const EXPORT_FIELDS = {
  tags: [
    'reference',
    'registry',
    'repository',
    'name',
    'digest',
    'mediaType',
    'format',
    'platforms',
    'totalBytes',
    'pushedAt',
    'observedAt',
  ],
  images: [
    'digest',
    'mediaType',
    'format',
    'platform',
    'sizeBytes',
    'totalBytes',
    'layerCount',
    'firstSeenAt',
    'verifiedAt',
  ],
  layers: ['digest', 'mediaType', 'sizeBytes', 'imageCount', 'repositoryCount'],
  findings: [
    'reference',
    'kind',
    'severity',
    'policy',
    'owner',
    'message',
    'subject',
    'openedAt',
    'closedAt',
    'waivedUntil',
    'waivedBy',
    'waivedFor',
    'registry',
    'repository',
    'tag',
    'digest',
  ],
} as const satisfies Readonly<Record<ExportQuery['kind'], readonly string[]>>;

/** A column of an export. */
export interface ExportColumn {
  readonly name: string;
  /** Counts are numbers in JSON, several platforms a list; everything else is text. */
  readonly kind: 'text' | 'count' | 'list';
}

const COUNTS = ['totalBytes', 'sizeBytes', 'layerCount', 'imageCount', 'repositoryCount'];

/** Asks what a column holds. */
export function exportColumn(name: string): ExportColumn {
  return { name, kind: name === 'platforms' ? 'list' : COUNTS.includes(name) ? 'count' : 'text' };
}

/**
 * The statement of an export, each cell as text, in an order that an index gives; a cell of `message` holds the facts of
 * its sentence, see `findingSentence`. Throws `FilterError`, `PlatformNameError` and `InvalidReferenceError`.
 */
export async function compileExport(db: Sql, query: ExportQuery, fields: readonly string[]): Promise<SqlPart> {
  switch (query.kind) {
    case 'tags':
      return compileTags(db, query, fields);
    case 'images':
      return compileImages(db, query, fields);
    case 'layers':
      return compileLayers(query, fields);
    case 'findings':
      return compileFindings(query, fields);
  }
}

type QueryOf<Kind extends ExportQuery['kind']> = Extract<ExportQuery, { readonly kind: Kind }>;

async function compileTags(db: Sql, { where, asOf }: QueryOf<'tags'>, fields: readonly string[]): Promise<SqlPart> {
  const tag = tagColumns(asOf);
  const texts: Readonly<Record<string, SqlPart>> = {
    reference: rawSql('tag.reference'),
    registry: rawSql('registry.host'),
    repository: rawSql('repository.name'),
    name: rawSql('tag.name'),
    digest: digestText(rawSql('target')),
    mediaType: rawSql('media_type.name'),
    format: sql`upper(${tag.format}::text)`,
    platforms: rawSql('platforms.names'),
    totalBytes: sql`${tag.totalBytes}::text`,
    pushedAt: instantText(tag.pushedAt),
    observedAt: instantText(tag.observedAt),
  };
  const wanted = fields.flatMap((field) => TAG_JOINS[field] ?? []);
  const joins = Object.entries(joinsOf(tag)).flatMap(([name, join]) => (wanted.includes(name) ? [join] : []));
  const from = sql`${tag.from} ${joinSql(joins, ' ')}`;
  const order = rawSql('tag.reference, tag.id');
  return select(texts, fields, { from, where: await tagsWhere(db, where, tag), order });
}

/** The tables beside `tag`; platforms are named once per set, not once per tag. */
function joinsOf({ manifestId, platformSetId }: TagColumns): Readonly<Record<string, SqlPart>> {
  return {
    repository: rawSql('JOIN repository ON repository.id = tag.repository_id'),
    registry: rawSql('JOIN registry ON registry.id = repository.registry_id'),
    target: sql`JOIN manifest AS target ON target.id = ${manifestId}`,
    media_type: rawSql('JOIN media_type ON media_type.id = target.media_type_id'),
    platforms: sql`JOIN (
      SELECT platform_set.id, coalesce(string_agg(platform.name, ',' ORDER BY platform.name), '') AS names
      FROM platform_set LEFT JOIN platform ON platform.id = ANY (platform_set.members) GROUP BY platform_set.id
    ) AS platforms ON platforms.id = ${platformSetId}`,
  };
}

async function compileImages(db: Sql, { where }: QueryOf<'images'>, fields: readonly string[]): Promise<SqlPart> {
  if (where !== null) checkFilter(where);
  const known = where?.platform ? await findPlatforms(db) : [];
  const condition = allOf([
    rawSql(`manifest.kind = 'image'`), // these two word for word, for the index of valid images
    rawSql(`manifest.status = 'valid'`),
    isHeld(rawSql('manifest.id')),
    compileImageFilter(where ?? {}, known),
  ]);
  const from = rawSql(`manifest JOIN media_type ON media_type.id = manifest.media_type_id
    LEFT JOIN platform ON platform.id = manifest.platform_id`);
  const order = rawSql('manifest.first_seen_at, manifest.id');
  return select(IMAGE_TEXTS, fields, { from, where: condition, order });
}

/** Those that `layers` of the contract lists: in an image that some repository holds. */
function compileLayers({ where }: QueryOf<'layers'>, fields: readonly string[]): SqlPart {
  if (where !== null) checkFilter(where);
  const from = rawSql(`layer_use JOIN layer ON layer.id = layer_use.layer_id
    JOIN media_type ON media_type.id = layer.media_type_id`);
  const condition = allOf([rawSql('layer_use.images > 0'), compileLayerFilter(where ?? {})]);
  return select(LAYER_TEXTS, fields, { from, where: condition, order: rawSql('layer_use.layer_id') });
}

/** Those of `findings`, in the order in which they were found. */
function compileFindings(query: QueryOf<'findings'>, fields: readonly string[]): SqlPart {
  return select(FINDING_TEXTS, fields, {
    from: FINDING_TABLES,
    where: findingsWhere(query),
    order: rawSql('finding.id'),
  });
}

/** Which tables a column of a tag needs, each behind those that it hangs on. */
const TAG_JOINS: Readonly<Record<string, readonly string[]>> = {
  registry: ['repository', 'registry'],
  repository: ['repository'],
  digest: ['target'],
  mediaType: ['target', 'media_type'],
  platforms: ['platforms'],
};

const IMAGE_TEXTS: Readonly<Record<string, SqlPart>> = {
  digest: digestText(rawSql('manifest')),
  mediaType: rawSql('media_type.name'),
  format: rawSql('upper(manifest.format::text)'),
  platform: rawSql('platform.name'),
  sizeBytes: rawSql('manifest.size_bytes::text'),
  totalBytes: rawSql('manifest.total_bytes::text'),
  layerCount: rawSql('manifest.layer_count::text'),
  firstSeenAt: instantText(rawSql('manifest.first_seen_at')),
  verifiedAt: instantText(rawSql('manifest.verified_at')),
};

const LAYER_TEXTS: Readonly<Record<string, SqlPart>> = {
  digest: digestText(rawSql('layer')),
  mediaType: rawSql('media_type.name'),
  sizeBytes: rawSql('layer.size_bytes::text'),
  imageCount: rawSql('layer_use.images::text'),
  repositoryCount: rawSql('layer_use.repositories::text'),
};

const FINDING_TEXTS: Readonly<Record<string, SqlPart>> = {
  reference: FINDING_REFERENCE,
  kind: rawSql('upper(finding.kind::text)'),
  severity: rawSql('upper(finding.severity::text)'),
  policy: rawSql('policy.name'),
  owner: rawSql('policy.owner'),
  message: FINDING_FACTS,
  subject: rawSql('finding.subject'),
  openedAt: instantText(rawSql('finding.opened_at')),
  closedAt: instantText(rawSql('finding.closed_at')),
  waivedUntil: instantText(rawSql('waiver.until_at')),
  waivedBy: rawSql('waiver."by"'),
  waivedFor: rawSql('waiver.reason'),
  registry: rawSql('registry.host'),
  repository: rawSql('repository.name'),
  tag: rawSql('tag.name'),
  digest: digestText(rawSql('target')),
};

function select(
  texts: Readonly<Record<string, SqlPart>>,
  fields: readonly string[],
  { from, where, order }: Readonly<Record<'from' | 'where' | 'order', SqlPart>>,
): SqlPart {
  const columns = fields.map((field) => {
    const text = texts[field];
    if (text === undefined) throw new Error(`an export has no column ${field}`);
    return text;
  });
  return sql`SELECT ${joinSql(columns, ', ')} FROM ${from} WHERE ${where} ORDER BY ${order}`;
}
