import type { Digest } from '@strata/oci';
import type { ManifestFixture } from '@strata/oci/testing';
import { digestToBytes } from '../digest-bytes.js';
import type { ManifestToWrite } from '../image/manifest-to-write.js';
import { placeManifests } from '../image/place-manifests.js';
import { settleIndexes } from '../image/settle-indexes.js';
import { readVocabulary, writeManifests } from '../image/write-manifests.js';
import type { Vocabulary } from '../image/written-manifest.js';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import { ensureRepository } from '../repository/known-repositories.js';
import { recordSources } from '../source/record-sources.js';
import { toWrite } from './to-write.js';

/** A moment at which everything in a scene was seen, unless it says otherwise. */
export const SEEN_AT = new Date('2026-08-20T10:00:00Z');

/** Somewhere to write to: a source, and repositories at its registry. */
export interface Scene {
  readonly sourceId: number;
  repository(name: string): Promise<bigint>;
  /** Writes, places and settles in one transaction, as the worker does. */
  write(repositoryId: bigint, ...manifests: readonly (ManifestFixture | ManifestToWrite)[]): Promise<void>;
}

/** Sets one up in an empty database. */
export async function aScene(catalog: Catalog): Promise<Scene> {
  const sources = await recordSources(catalog, [{ name: 'one', dialect: 'distribution', registryHost: 'one.example' }]);
  const sourceId = sources.get('one') ?? 0;
  return {
    sourceId,
    repository: async (name) => (await ensureRepository(catalog, sourceId, name, new Date(0))).id,
    async write(repositoryId, ...manifests) {
      const wanted = manifests.map((manifest) => ('status' in manifest ? manifest : toWrite(manifest)));
      const vocabulary = await readVocabulary(catalog, wanted);
      await inTransaction(catalog, async (sql) => {
        const ids = await writeAndPlace(sql, repositoryId, vocabulary, wanted);
        await settleIndexes(sql, ids);
      });
    },
  };
}

/** The first half of it: writes and places, so that a test can do something else before it settles. Returns the ids. */
export async function writeAndPlace(
  sql: Sql,
  repositoryId: bigint,
  vocabulary: Vocabulary,
  manifests: readonly ManifestToWrite[],
): Promise<readonly bigint[]> {
  const sighting = { at: SEEN_AT, via: 'event' } as const;
  const ids = [...(await writeManifests(sql, vocabulary, sighting, manifests)).values()].map(({ id }) => id);
  await placeManifests(
    sql,
    sighting,
    ids.map((manifestId) => ({ repositoryId, manifestId })),
  );
  return ids;
}

/** What the catalog says of a manifest without looking any further; platforms by name, sorted. */
export interface Totals {
  readonly platforms: readonly string[];
  readonly totalBytes: bigint;
}

/** Reads them. Throws where there is no such manifest. */
export async function totalsOf(sql: Sql, { digest }: { readonly digest: Digest }): Promise<Totals> {
  const { rows } = await sql.query<{ platforms: string[]; total_bytes: bigint }>(
    `SELECT ARRAY(SELECT name FROM platform WHERE id = ANY(members) ORDER BY name) AS platforms, total_bytes
       FROM manifest JOIN platform_set ON platform_set.id = platform_set_id WHERE digest = $1`,
    [digestToBytes(digest)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no manifest ${digest}`);
  return { platforms: row.platforms, totalBytes: row.total_bytes };
}

/** How many bytes these images' layers have, each layer counted once. */
export function distinctBytes(...images: readonly ManifestFixture[]): bigint {
  const layers = images.flatMap((image) => (image.kind === 'index' ? [] : image.layers));
  const sizes = new Map(layers.map(({ digest, bytes }) => [digest, BigInt(bytes.length)]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0n);
}
