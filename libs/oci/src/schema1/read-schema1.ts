import { CEILINGS } from '../ceilings.js';
import { textOf, childOf, openNode, type ConfigNode } from '../config/config-node.js';
import { readSettings } from '../config/read-settings.js';
import type { Digest } from '../digest.js';
import { isJsonArray, isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import type { Problems } from '../manifest/gather-problems.js';
import type { ManifestFacts } from '../manifest/manifest.js';
import { readDigest } from '../manifest/read-descriptor.js';
import { MEDIA_TYPES } from '../media-types.js';
import { normalizePlatform } from '../platform/normalize-platform.js';
import type { Platform } from '../platform/platform.js';
import { EMPTY_LAYER } from './empty-layer.js';
import { linkSteps } from './link-steps.js';
import { openSteps, readStep } from './read-steps.js';
import type { Schema1Layer, Schema1Manifest, Schema1Step } from './schema1-manifest.js';

/** A schema 1 manifest without what its bytes and signatures say. */
export type Schema1Body = Omit<
  Schema1Manifest,
  'signature' | Exclude<keyof ManifestFacts, 'annotations' | 'artifactType' | 'subject'>
>;

/**
 * Reads what a schema 1 document says (distribution, manifest-v2-1.md). Its two lists belong together place by place,
 * the newest first. Null only when a problem has been added.
 */
export function readSchema1(content: JsonObject, problems: Problems): Schema1Body | null {
  if (content.schemaVersion !== 1) problems.add('SHAPE', 'schemaVersion must be 1', '$.schemaVersion');
  const root = openNode(content, '$', problems);
  const about = { name: textOf(root, 'name'), tag: textOf(root, 'tag') };
  const fsLayers = readList(content.fsLayers, '$.fsLayers', problems);
  const history = readList(content.history, '$.history', problems);
  if (fsLayers === null || history === null) return null;
  if (fsLayers.length !== history.length)
    problems.add('COUNT', `${fsLayers.length} layers and ${history.length} steps of history`, '$.history');
  else if (history.length === 0) problems.add('COUNT', 'an image has at least one step', '$.history');
  const digests = fsLayers.map((value, index) => readBlobSum(value, `$.fsLayers[${index}]`, problems));
  const opened = openSteps(history, problems);
  const [newest = null] = opened;
  const steps = opened.map((step) => step && readStep(step));
  if (newest === null) return null;
  const os = textOf(newest.node, 'os') ?? 'linux';
  const said = {
    ...about,
    platform: readPlatform(root, newest.node, os),
    settings: readSettings(childOf(newest.node, 'config')),
  };
  const places = steps.map((step, index) => together(step, digests[index] ?? null)).filter((place) => place !== null);
  if (places.length < steps.length) return null;
  const linked = linkSteps(places, os === 'windows', problems);
  const top = linked.at(-1);
  return {
    kind: 'schema1',
    annotations: new Map(),
    artifactType: null,
    subject: null,
    ...said,
    createdAt: top?.step.createdAt ?? null,
    author: top?.step.author ?? null,
    layers: linked.map(({ layer }) => layer),
    history: linked.map(({ step }) => step),
  };
}

/** One place of both lists. */
function together(
  read: ReturnType<typeof readStep>,
  digest: Digest | null,
): { step: Schema1Step; layer: Schema1Layer } | null {
  if (read === null || digest === null) return null;
  const sizeBytes = digest === EMPTY_LAYER.digest ? EMPTY_LAYER.sizeBytes : null;
  const { step, throwaway } = read;
  return { step, layer: { digest, mediaType: MEDIA_TYPES.dockerSchema1Layer, sizeBytes, throwaway } };
}

function readBlobSum(value: JsonValue, path: string, problems: Problems): Digest | null {
  return readDigest(isJsonObject(value) ? value.blobSum : undefined, `${path}.blobSum`, problems);
}

/** The document names the architecture, its newest step all the rest. */
function readPlatform(root: ConfigNode, newest: ConfigNode, os: string): Platform | null {
  const own = textOf(root, 'architecture');
  const stepsOwn = textOf(newest, 'architecture');
  if (own !== null && stepsOwn !== null && own !== stepsOwn)
    root.problems.warn('PLATFORM', 'the newest step names another architecture', '$.architecture');
  return normalizePlatform({
    os,
    architecture: own ?? stepsOwn,
    variant: textOf(newest, 'variant'),
    osVersion: textOf(newest, 'os.version'),
  });
}

function readList(value: JsonValue | undefined, path: string, problems: Problems): readonly JsonValue[] | null {
  if (!isJsonArray(value)) problems.add('SHAPE', `an array is expected, not ${kindOfJson(value)}`, path);
  else if (value.length > CEILINGS.descriptors)
    problems.add('TOO_LARGE', `${value.length} entries, at most ${CEILINGS.descriptors}`, path);
  else return value;
  return null;
}
