import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** What is asked of the catalog before the registry is asked. */
export interface KnownQuestion {
  readonly repositoryId: bigint;
  readonly tag: string | null;
  readonly digests: readonly Digest[];
}

/** What the catalog knows. */
export interface Known {
  /** Of the tag's row, for the compare-and-set; 0 where it has none. */
  readonly tagVersion: number;
  /** Those of the digests that the repository is known to hold and that were understood as a whole, with the ids of their manifests. */
  readonly placed: ReadonlyMap<Digest, bigint>;
}

/** In SQL, on `manifest`: nothing of it is missing that the registry may have by now. */
export const KEPT_WHOLE = `(manifest.problems IS NULL OR NOT manifest.problems @> '[{"code": "CONFIG_MISSING"}]')`;

// LIMIT keeps each look-up a probe of an index, whatever the planner believes of tables that have just begun to grow.
const READ = `
  SELECT asked.question, NULL::bytea AS digest, NULL::bigint AS id, known.version
    FROM unnest($1::int[], $2::bigint[], $3::text[]) AS asked (question, repository_id, name)
   CROSS JOIN LATERAL (
     SELECT version FROM tag WHERE tag.repository_id = asked.repository_id AND tag.name = asked.name LIMIT 1
   ) AS known
  UNION ALL
  SELECT asked.question, asked.digest, known.id, NULL
    FROM unnest($4::int[], $5::bigint[], $6::bytea[]) AS asked (question, repository_id, digest)
   CROSS JOIN LATERAL (
     SELECT id FROM manifest WHERE manifest.digest = asked.digest AND status = 'valid' AND ${KEPT_WHOLE} LIMIT 1
   ) AS known
   CROSS JOIN LATERAL (
     SELECT FROM repository_manifest AS placed
      WHERE placed.repository_id = asked.repository_id AND placed.manifest_id = known.id AND gone_at IS NULL LIMIT 1
   ) AS held`;

interface KnownRow {
  question: number;
  digest: Buffer | null;
  id: bigint | null;
  version: number | null;
}

/** Reads, in one statement, the version of each tag asked for and which manifests its repository is known to hold. */
export async function readKnown(sql: Sql, questions: readonly KnownQuestion[]): Promise<readonly Known[]> {
  const tags = questions.flatMap(({ repositoryId, tag }, question) =>
    tag === null ? [] : [{ question, repositoryId, tag }],
  );
  const manifests = questions.flatMap(({ repositoryId, digests }, question) =>
    digests.map((digest) => ({ question, repositoryId, digest: digestToBytes(digest) })),
  );
  const { rows } = await sql.query<KnownRow>(READ, [
    tags.map(({ question }) => question),
    tags.map(({ repositoryId }) => repositoryId),
    tags.map(({ tag }) => tag),
    manifests.map(({ question }) => question),
    manifests.map(({ repositoryId }) => repositoryId),
    manifests.map(({ digest }) => digest),
  ]);
  const byQuestion = Map.groupBy(rows, ({ question }) => question);
  return questions.map((_, question) => knownFrom(byQuestion.get(question) ?? []));
}

function knownFrom(rows: readonly KnownRow[]): Known {
  const placed = rows.flatMap(({ digest, id }) =>
    digest === null || id === null ? [] : [[digestFromBytes(digest), id] as const],
  );
  return { tagVersion: rows.find(({ version }) => version !== null)?.version ?? 0, placed: new Map(placed) };
}
