import { digestOf, type Digest } from '../digest.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import { readJsonText } from '../json/parse-json.js';
import { inGoOrder, writeGoJson } from '../json/write-go-json.js';
import { MEDIA_TYPES } from '../media-types.js';
import { EMPTY_LAYER } from '../schema1/empty-layer.js';
import type { Schema1Manifest, Schema1Step } from '../schema1/schema1-manifest.js';
import type { ConversionLoss, KnownLayer } from './conversion.js';

/** Schema 1 as schema 2, as far as the document and what is known of its layers tell. */
export interface Schema1Upgrade {
  /** The manifest; null as long as something is missing. */
  readonly document: JsonObject | null;
  /** The config; where something is missing, `rootfs.diff_ids` holds null in its place, so nobody can run it. */
  readonly config: Uint8Array;
  /** What the document does not tell, and where it would stand. */
  readonly missing: readonly ConversionLoss[];
  /** What schema 2 has no place for. */
  readonly losses: readonly ConversionLoss[];
}

/**
 * Makes schema 2 of schema 1 as containers/image does (manifest/docker_schema1.go, `ToSchema2Config`): the newest step
 * becomes the config, all steps its history, and steps that change no files lose their layer. Sizes and uncompressed
 * digests stand nowhere in schema 1: layers must be known from elsewhere, or be fetched and uncompressed by somebody.
 */
export function upgradeSchema1(
  manifest: Schema1Manifest,
  layerOf: (digest: Digest) => KnownLayer | null,
): Schema1Upgrade {
  const layers = manifest.layers
    .map(({ digest, throwaway }, position) => ({ digest, throwaway, at: manifest.layers.length - 1 - position }))
    .filter(({ throwaway }) => !throwaway)
    .map(({ digest, at }) => ({ digest, at, known: digest === EMPTY_LAYER.digest ? EMPTY_LAYER : layerOf(digest) }));
  const missing = layers.flatMap(({ digest, at, known }) => (known === null ? [unknownLayer(digest, at)] : []));
  const config = writeConfig(
    manifest,
    layers.map(({ known }) => known?.diffId ?? null),
  );
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.dockerManifest,
    config: { mediaType: MEDIA_TYPES.dockerConfig, digest: digestOf(config), size: config.length },
    layers: layers.map(({ digest, known }) => ({
      mediaType: MEDIA_TYPES.dockerLayerGzip,
      digest,
      size: known?.sizeBytes ?? null,
    })),
  };
  return { document: missing.length === 0 ? document : null, config, missing, losses: lossesOf(manifest) };
}

function unknownLayer(digest: Digest, at: number): ConversionLoss {
  const reason = `schema 1 tells neither the size of ${digest} nor its uncompressed digest: it must be fetched and uncompressed`;
  return { path: `$.fsLayers[${at}]`, reason };
}

/** Fields of a step that name it or its place, and mean nothing in a config. */
const OF_THE_STEP: ReadonlySet<string> = new Set(['id', 'parent', 'parent_id', 'layer_id', 'throwaway', 'Size']);

/** In the order of names, as Go writes maps. */
function writeConfig(manifest: Schema1Manifest, diffIds: readonly (Digest | null)[]): Uint8Array {
  const newest = manifest.history.at(-1);
  const own = Object.entries(newest === undefined ? {} : stepOf(newest)).filter(([name]) => !OF_THE_STEP.has(name));
  const fields = new Map<string, JsonValue>(own).set('rootfs', { type: 'layers', diff_ids: diffIds }).set(
    'history',
    manifest.history.map((step, position) => historyOf(step, manifest.layers[position]?.throwaway === true)),
  );
  return writeGoJson(inGoOrder(fields), 0);
}

function historyOf(step: Schema1Step, isEmpty: boolean): JsonObject {
  const { created } = stepOf(step);
  return {
    created: typeof created === 'string' ? created : '0001-01-01T00:00:00Z',
    ...(step.author !== null && { author: step.author }),
    ...(step.createdBy !== null && { created_by: step.createdBy }),
    ...(step.comment !== null && { comment: step.comment }),
    ...(isEmpty && { empty_layer: true }),
  };
}

function stepOf({ v1Compatibility }: Schema1Step): JsonObject {
  const { value } = readJsonText(v1Compatibility);
  return isJsonObject(value) ? value : {};
}

function lossesOf({ name, tag, signature, history }: Schema1Manifest): readonly ConversionLoss[] {
  const isSigned = !(signature.state === 'unverified' && signature.reason === 'no signatures');
  const losses: (ConversionLoss | false)[] = [
    name !== null && { path: '$.name', reason: 'schema 2 does not name its repository' },
    tag !== null && { path: '$.tag', reason: 'schema 2 does not name its tag' },
    history.length > 1 && {
      path: '$.history',
      reason: 'ids of the steps, and the settings of all but the newest, have no place in a config',
    },
    isSigned && { path: '$.signatures', reason: 'schema 2 carries no signatures' },
  ];
  return losses.filter((loss) => loss !== false);
}
