import { formatPlatformName, type Digest, type ImageConfig } from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import { cleanText } from '../inbox/record-events-text.js';
import type { Sql } from '../open-catalog.js';
import { labelsJson } from './stored-text.js';
import type { ConfigToWrite, ManifestToWrite } from './manifest-to-write.js';
import type { Vocabulary } from './written-manifest.js';

/** No system has a user of a longer name. */
const MAX_USER_LENGTH = 4_096;

const INSERT = `
  INSERT INTO image_config (digest, media_type_id, size_bytes, document, platform_id, created_at, labels, run_user)
  SELECT * FROM unnest($1::bytea[], $2::int[], $3::bigint[], $4::bytea[], $5::int[], $6::timestamptz[], $7::jsonb[], $8::text[])
    AS config (digest, media_type_id, size_bytes, document, platform_id, created_at, labels, run_user)
   ORDER BY digest
  ON CONFLICT (digest) DO NOTHING`;

/** Writes the configs of some images, each once, and gives their ids. */
export async function writeConfigs(
  sql: Sql,
  { mediaTypes, platforms }: Vocabulary,
  manifests: readonly ManifestToWrite[],
): Promise<ReadonlyMap<Digest, bigint>> {
  const configs = [...configsOf(manifests).values()];
  if (configs.length === 0) return new Map();
  const digests = configs.map(({ digest }) => digestToBytes(digest));
  await sql.query(INSERT, [
    digests,
    configs.map(({ mediaType }) => idOf(mediaTypes, mediaType)),
    configs.map(({ bytes }) => bytes.length),
    configs.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    configs.map(({ parsed }) => platformIdOf(parsed, platforms)),
    configs.map(({ parsed }) => storableTime(parsed?.createdAt ?? null)),
    configs.map(({ parsed }) => (parsed === null ? null : labelsJson(parsed.labels))),
    configs.map(({ parsed }) => cleanText(parsed?.user ?? '', MAX_USER_LENGTH)),
  ]);
  const { rows } = await sql.query<{ id: bigint; digest: Buffer }>(
    'SELECT id, digest FROM image_config WHERE digest = ANY($1::bytea[])',
    [digests],
  );
  return new Map(rows.map(({ id, digest }) => [digestFromBytes(digest), id]));
}

function configsOf(manifests: readonly ManifestToWrite[]): ReadonlyMap<Digest, ConfigToWrite> {
  const configs = manifests.map((written) => (written.status === 'valid' ? written.config : null));
  return new Map(configs.filter((config) => config !== null).map((config) => [config.digest, config]));
}

function platformIdOf(parsed: ImageConfig | null, platforms: Vocabulary['platforms']): number | null {
  const platform = parsed?.platform ?? null;
  return platform === null ? null : idOf(platforms, formatPlatformName(platform));
}

/** Reproducible builds say 0001-01-01, which Postgres holds; what lies outside its calendar is left out. */
function storableTime(time: Date | null): string | null {
  const year = time?.getUTCFullYear() ?? 0;
  return time !== null && year >= 1 && year <= 9999 ? time.toISOString() : null;
}
