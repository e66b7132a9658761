import {
  countUses,
  digestFromBytes,
  inTransaction,
  placeManifests,
  readVocabulary,
  recordSources,
  settleIndexes,
  writeManifests,
  writeTags,
  ensureRepository,
  type Catalog,
  type ManifestToWrite,
  type TagObservation,
} from '@strata/catalog';
import { parseImageConfig, parseManifest } from '@strata/oci';

interface Stored {
  readonly id: bigint;
  readonly digest: Buffer;
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly at: Date;
  readonly configDigest: Buffer | null;
  readonly configType: string | null;
  readonly configBytes: Buffer | null;
}

interface Observed {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  /** Null where it was gone. */
  readonly manifestId: bigint | null;
  readonly at: Date;
  readonly pushedAt: Date | null;
  readonly actor: string | null;
}

/**
 * Takes from one catalog what a registry would have served, said and shown (documents, placements, what each tag
 * pointed at when) and writes it into an empty one with the functions that the worker writes with.
 */
export async function writeAgain(from: Catalog, to: Catalog): Promise<void> {
  const sources = await from.pool.query<{ name: string; dialect: string; registryHost: string }>(
    `SELECT name, dialect, host AS "registryHost" FROM source JOIN registry ON registry.id = registry_id ORDER BY source.id`,
  );
  const sourceIds = await recordSources(to, sources.rows);
  const byHost = new Map(sources.rows.map(({ name, registryHost }) => [registryHost, sourceIds.get(name) ?? 0]));
  const repositoryId = async (host: string, name: string) =>
    (await ensureRepository(to, byHost.get(host) ?? 0, name, new Date(0))).id;
  const ids = await writeDocuments(from, to);
  await placeAgain(from, to, ids, repositoryId);
  await tagAgain(from, to, ids, repositoryId);
  while ((await countUses(to)) > 0);
}

async function writeDocuments(from: Catalog, to: Catalog): Promise<ReadonlyMap<bigint, bigint>> {
  const { rows } = await from.pool.query<Stored>(
    `SELECT manifest.id, manifest.digest, bytes, media_type.name AS "mediaType", first_seen_at AS at,
            image_config.digest AS "configDigest", image_config.document AS "configBytes",
            (SELECT name FROM media_type WHERE id = image_config.media_type_id) AS "configType"
       FROM manifest JOIN manifest_document ON manifest_id = manifest.id
       JOIN media_type ON media_type.id = manifest.media_type_id
       LEFT JOIN image_config ON image_config.id = config_id ORDER BY manifest.id`,
  );
  const ids = new Map<bigint, bigint>();
  for (const stored of rows) {
    const manifest = understand(stored);
    const vocabulary = await readVocabulary(to, [manifest]);
    await inTransaction(to, async (sql) => {
      const written = await writeManifests(sql, vocabulary, { at: stored.at, via: 'event' }, [manifest]);
      const id = written.get(digestFromBytes(stored.digest))?.id;
      if (id === undefined) throw new Error('the document is not what its digest says');
      ids.set(stored.id, id);
      await settleIndexes(sql, [id]);
    });
  }
  return ids;
}

/** Parses the bytes as the worker would; throws where they are not what their digest and type say. */
function understand({ digest, bytes, mediaType, configDigest, configBytes, configType }: Stored): ManifestToWrite {
  const manifest = parseManifest(bytes, { contentType: mediaType, digest: digestFromBytes(digest) });
  if (configDigest === null || configBytes === null || configType === null)
    return { status: 'valid', manifest, bytes, config: null, problems: [] };
  const config = {
    digest: digestFromBytes(configDigest),
    mediaType: configType,
    bytes: configBytes,
    parsed: parseImageConfig(configBytes),
  };
  return { status: 'valid', manifest, bytes, config, problems: [] };
}

type FindRepository = (host: string, name: string) => Promise<bigint>;

async function placeAgain(
  from: Catalog,
  to: Catalog,
  ids: ReadonlyMap<bigint, bigint>,
  repositoryId: FindRepository,
): Promise<void> {
  const { rows } = await from.pool.query<{ host: string; name: string; manifestId: bigint; at: Date }>(
    `SELECT host, repository.name, manifest_id AS "manifestId", first_seen_at AS at
       FROM repository_manifest JOIN repository ON repository.id = repository_id JOIN registry ON registry.id = registry_id`,
  );
  for (const { host, name, manifestId, at } of rows)
    await placeManifests(to.pool, { at, via: 'event' }, [
      { repositoryId: await repositoryId(host, name), manifestId: ids.get(manifestId) ?? 0n },
    ]);
}

async function tagAgain(
  from: Catalog,
  to: Catalog,
  ids: ReadonlyMap<bigint, bigint>,
  repositoryId: FindRepository,
): Promise<void> {
  const { rows } = await from.pool.query<Observed>(
    `SELECT host, repository.name AS repository, tag.name AS tag, seen.*
       FROM (
         SELECT tag_id, manifest_id AS "manifestId", from_at AS at, pushed_at AS "pushedAt", actor FROM tag_interval
         UNION ALL
         SELECT id, NULL, observed_at, NULL, NULL FROM tag WHERE manifest_id IS NULL
       ) AS seen
       JOIN tag ON tag.id = tag_id JOIN repository ON repository.id = repository_id JOIN registry ON registry.id = registry_id
      ORDER BY seen.at, tag.id`,
  );
  const versions = new Map<string, number>();
  for (const { host, repository, tag, manifestId, at, pushedAt, actor } of rows) {
    const key = `${host}/${repository}:${tag}`;
    const version = versions.get(key) ?? 0;
    versions.set(key, version + 1);
    const observation: TagObservation = {
      ...{ registryHost: host, repository, tag, version, pushedAt, actor, observedAt: at, via: 'event' },
      repositoryId: await repositoryId(host, repository),
      manifestId: manifestId === null ? null : (ids.get(manifestId) ?? 0n),
    };
    const overtaken = await inTransaction(to, (sql) => writeTags(sql, [observation]));
    if (overtaken.size > 0) throw new Error(`${key} was overtaken`);
  }
}
