import { CEILINGS } from '../ceilings.js';
import type { Digest } from '../digest.js';
import { isJsonArray, isJsonObject, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import type { IndexEntry, IndexManifest, Manifest } from '../manifest/manifest.js';
import { MEDIA_TYPES, formatOfMediaType } from '../media-types.js';
import type { Platform } from '../platform/platform.js';
import type { Conversion, ConversionLoss, ConversionProblemCode } from './conversion.js';
import { familyOf, familyOfMediaType, type ManifestFamily } from './family.js';
import { writeEntry, writeListPlatform } from './write-entry.js';
import { writeFields, type FieldRule } from './write-fields.js';

/** A child that has been looked at, to be converted when that is wanted. */
export interface KnownChild {
  readonly manifest: Manifest;
  readonly platform: Platform | null;
  /** Null, with a problem added, when it has no other form. */
  readonly convert: () => Conversion | null;
}

/** One index on its way into the other family. */
export interface ConvertingIndex {
  readonly root: JsonObject;
  readonly manifest: IndexManifest;
  readonly to: ManifestFamily;
  /** `unknown` when nobody has it, `broken` when a problem has been added; `path` is that of the entry. */
  readonly childOf: (entry: IndexEntry, path: string) => KnownChild | 'unknown' | 'broken';
  readonly problem: (code: ConversionProblemCode, message: string, path: string) => void;
}

/** What becomes of an index; the document is null where nothing has to change. */
export interface ConvertedIndex {
  readonly document: JsonObject | null;
  readonly losses: readonly ConversionLoss[];
  readonly children: readonly Conversion[];
}

const INDEX: Readonly<Record<ManifestFamily, FieldRule>> = {
  docker: {
    keep: ['schemaVersion', 'mediaType', 'manifests'],
    lost: {
      artifactType: "Docker's lists have no artifact type",
      subject: "Docker's lists have no subject: whoever asks for the referrers of that manifest does not find this one",
      annotations: "Docker's lists have no annotations",
    },
  },
  oci: {
    keep: ['schemaVersion', 'mediaType', 'manifests', 'annotations'],
    lost: {
      artifactType: 'it means nothing in a Docker list and would mean something in an OCI index',
      subject: 'it means nothing in a Docker list and would mean something in an OCI index',
    },
  },
};

/**
 * Writes an index in the other family, with the children's new digests, or in its own when only they change. What nested
 * lists hold may be more than one document can.
 */
export function convertIndex(index: ConvertingIndex): ConvertedIndex {
  const { root, manifest, to } = index;
  const objects = isJsonArray(root.manifests) ? root.manifests.filter(isJsonObject) : [];
  const converted = convertEntries(objects, index);
  const children = converted.flatMap((each) => each.children);
  const pointed = updateReferences(converted, children);
  const own = pointed.flatMap((each) => each.losses);
  const manifests = pointed.flatMap((each) => each.entries);
  if (familyOf(manifest.format) === to) {
    const isSame = manifests.length === objects.length && manifests.every((entry, at) => entry === objects[at]);
    return { document: isSame ? null : { ...root, manifests }, losses: own, children };
  }
  const losses: ConversionLoss[] = [];
  const mediaType = to === 'docker' ? MEDIA_TYPES.dockerList : MEDIA_TYPES.ociIndex;
  const document = writeFields(root, '$', INDEX[to], { schemaVersion: 2, mediaType, manifests }, losses);
  return { document, losses: [...losses, ...own], children };
}

/** What takes an entry's place: itself, nothing, or what a nested index holds. */
interface ConvertedEntry {
  readonly path: string;
  readonly entries: readonly JsonObject[];
  readonly losses: readonly ConversionLoss[];
  readonly children: readonly Conversion[];
}

/** Stops, with a problem added, where there is more than any document holds: small indexes multiply inside each other. */
function convertEntries(objects: readonly JsonObject[], index: ConvertingIndex): readonly ConvertedEntry[] {
  const converted: ConvertedEntry[] = [];
  let [entries, losses] = [0, 0];
  for (const [at, entry] of index.manifest.entries.entries()) {
    const each = convertEntry(entry, objects[at] ?? {}, at, index);
    entries += each.entries.length;
    losses += each.losses.length;
    if (entries > CEILINGS.indexChildren || losses > CEILINGS.jsonValues) {
      const message = `there are more than ${CEILINGS.indexChildren} entries, or more to lose than a document can say`;
      index.problem('TOO_MANY', message, '$.manifests');
      return [];
    }
    converted.push(each);
  }
  return converted;
}

function convertEntry(entry: IndexEntry, object: JsonObject, at: number, index: ConvertingIndex): ConvertedEntry {
  const path = `$.manifests[${at}]`;
  const { manifest, to } = index;
  const isOwnFamily = familyOf(manifest.format) === to;
  if (to === 'docker' && !isOwnFamily && entry.kind !== 'platform' && entry.kind !== 'index')
    return leftOut(
      path,
      `a Docker list cannot say what this is (${entry.kind}), so that clients would take it for an image`,
    );
  if (formatOfMediaType(entry.descriptor.mediaType) === 'docker-schema1') {
    const reason = 'Docker schema 1 has no OCI form without the content of its layers, so this stays what it is';
    return kept(path, entry, object, null, index, to === 'oci' ? [{ path, reason }] : []);
  }
  const family = familyOfMediaType(entry.descriptor.mediaType);
  const child = family === null ? 'unknown' : index.childOf(entry, path);
  if (child === 'broken') return { path, entries: [], losses: [], children: [] };
  if (child === 'unknown') {
    const isNeeded = entry.kind === 'index' || (family !== null && family !== to);
    if (!isNeeded) return kept(path, entry, object, null, index, []);
    index.problem('CHILD_UNKNOWN', `nobody has ${entry.descriptor.digest}, so its new digest cannot be told`, path);
    return { path, entries: [], losses: [], children: [] };
  }
  if (to === 'docker' && child.manifest.kind === 'artifact' && familyOf(child.manifest.format) === 'oci')
    return leftOut(path, "it is an artifact, and Docker's format has nothing but images");
  const conversion = child.convert();
  if (conversion === null) return { path, entries: [], losses: [], children: [] };
  const isNested = child.manifest.kind === 'index' && !(isOwnFamily && conversion.digest === conversion.source);
  if (to === 'docker' && isNested) return flattened(path, conversion);
  return { ...kept(path, entry, object, { child, conversion }, index, []), children: [conversion] };
}

function leftOut(path: string, reason: string): ConvertedEntry {
  return { path, entries: [], losses: [{ path, reason }], children: [] };
}

/** Docker's documents describe no list in a list, and its clients look for none. */
function flattened(path: string, conversion: Conversion): ConvertedEntry {
  const { value } = readJson(conversion.bytes);
  const manifests = isJsonObject(value) ? value.manifests : undefined;
  const entries = isJsonArray(manifests) ? manifests.filter(isJsonObject) : [];
  const reason = `Docker's lists do not nest: the ${entries.length} entries behind this one take its place`;
  return {
    path,
    entries,
    losses: [{ path, reason }, ...conversion.losses.map(within(path))],
    children: conversion.children,
  };
}

const within =
  (path: string) =>
  (loss: ConversionLoss): ConversionLoss => ({ ...loss, path: path + loss.path.slice(1) });

function kept(
  path: string,
  entry: IndexEntry,
  object: JsonObject,
  found: { readonly child: KnownChild; readonly conversion: Conversion } | null,
  index: ConvertingIndex,
  before: readonly ConversionLoss[],
): ConvertedEntry {
  const losses = [...before];
  const isOwnFamily = familyOf(index.manifest.format) === index.to;
  const needsPlatform = index.to === 'docker' && !isOwnFamily && entry.rawPlatform === null;
  const platform = needsPlatform ? (found?.child.platform ?? null) : null;
  if (needsPlatform && platform === null) {
    const message = 'a Docker list must name a platform, and neither the index nor a known config does';
    index.problem('PLATFORM_UNKNOWN', message, `${path}.platform`);
    return { path, entries: [], losses, children: [] };
  }
  const fresh = platform === null ? {} : { platform: writeListPlatform(platform) };
  const conversion = found?.conversion ?? null;
  const written = writeEntry({ object, path, to: index.to, isOwnFamily, fresh, conversion }, losses);
  return { path, entries: [written], losses, children: [] };
}

const REFERENCE = 'vnd.docker.reference.digest';

/** BuildKit's attestations name their image by an annotation of the entry, which must follow it to its new digest. */
function updateReferences(
  converted: readonly ConvertedEntry[],
  children: readonly Conversion[],
): readonly ConvertedEntry[] {
  const replaced = new Map<string, Digest>(
    children.filter(({ source, digest }) => source !== digest).map(({ source, digest }) => [source, digest]),
  );
  return converted.map((each) => {
    const path = `${each.path}.annotations['${REFERENCE}']`;
    const losses: ConversionLoss[] = [];
    const entries = each.entries.map((entry) => {
      const { annotations } = entry;
      const named = isJsonObject(annotations) ? annotations[REFERENCE] : undefined;
      const digest = typeof named === 'string' ? replaced.get(named) : undefined;
      if (!isJsonObject(annotations) || digest === undefined) return entry;
      const reason = `the entry now names ${digest}, but the statements behind it still are about ${String(named)}`;
      losses.push({ path, reason });
      return { ...entry, annotations: { ...annotations, [REFERENCE]: digest } };
    });
    return losses.length === 0 ? each : { ...each, entries, losses: [...each.losses, ...losses] };
  });
}
