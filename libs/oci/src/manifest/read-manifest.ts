import { CEILINGS } from '../ceilings.js';
import { isJsonArray, isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import { MEDIA_TYPES } from '../media-types.js';
import { readPlatform } from '../platform/read-platform.js';
import { checkFieldCase } from './check-ambiguity.js';
import { classifyManifest, artifactKindOfType } from './artifact-kind.js';
import type { DecidedType } from './decide-type.js';
import type { Descriptor } from './descriptor.js';
import { checkAttestations, checkConsistency } from './check-consistency.js';
import { attestedDigest, indexEntryKind } from './index-entry-kind.js';
import type { IndexEntry, Manifest, ManifestFacts, ManifestFormat } from './manifest.js';
import type { Problems } from './gather-problems.js';
import { readAnnotations } from './read-annotations.js';
import { readArtifactType, readDescriptor, readSubject, type Reading } from './read-descriptor.js';

type Facts = Pick<ManifestFacts, 'digest' | 'sizeBytes' | 'mediaType' | 'format' | 'warnings'>;
type Without<T> = T extends unknown ? Omit<T, keyof Facts> : never;

/** A manifest without what its bytes and type say from outside. */
export type ManifestBody = Without<Manifest>;

/** A document of Docker's second format or OCI's. */
export type Schema2Type = DecidedType & { readonly format: Exclude<ManifestFormat, 'docker-schema1'> };

/**
 * Reads the fields that a document of this type has, and gathers what is wrong with them. Null only when a problem
 * has been added.
 */
export function readManifest(root: JsonObject, type: Schema2Type, problems: Problems): ManifestBody | null {
  const reading: Reading = { problems, annotations: { bytes: 0 } };
  switch (type.format) {
    case 'docker-list':
    case 'oci-index':
      checkSchemaVersion(root, problems);
      return readIndex(root, type, reading);
    case 'docker-schema2':
    case 'oci-image':
      if (type.mediaType === MEDIA_TYPES.ociArtifact || type.mediaType === MEDIA_TYPES.orasArtifact)
        return readBlobs(root, reading);
      checkSchemaVersion(root, problems);
      return readImage(root, type, reading);
  }
}

function checkSchemaVersion(root: JsonObject, problems: Problems): void {
  if (root.schemaVersion !== 2) problems.add('SHAPE', 'schemaVersion must be 2', '$.schemaVersion');
}

/** Docker's formats know neither artifact types nor subjects: clients ignore such fields, and so do we. */
function readLinks(
  root: JsonObject,
  type: DecidedType,
  reading: Reading,
): Pick<ManifestFacts, 'annotations' | 'artifactType' | 'subject'> {
  const isDocker = type.format === 'docker-schema2' || type.format === 'docker-list';
  return {
    annotations: readAnnotations(root.annotations, '$.annotations', reading.problems, reading.annotations),
    artifactType: isDocker ? null : readArtifactType(root.artifactType, '$.artifactType', reading),
    subject: isDocker ? null : readSubject(root.subject, '$.subject', reading),
  };
}

function readImage(root: JsonObject, type: DecidedType, reading: Reading): ManifestBody | null {
  const links = readLinks(root, type, reading);
  const config = readDescriptor(root.config, '$.config', reading);
  const layers = readList(root.layers, '$.layers', CEILINGS.descriptors, 'TOO_LARGE', reading, readDescriptor);
  if (config === null) return null;
  checkConsistency([{ descriptor: config, path: () => '$.config' }, ...placed(layers, '$.layers')], reading.problems);
  if (config.mediaType === MEDIA_TYPES.ociEmpty && links.artifactType === null) {
    reading.problems.add('SHAPE', 'an artifact with an empty config must name its artifactType', '$.artifactType');
  }
  const { artifactType, annotations } = links;
  const kind = classifyManifest({ artifactType, configType: config.mediaType, layers, annotations });
  if (kind === 'image') return { kind, ...links, config, layers };
  return {
    kind: 'artifact',
    artifactKind: kind,
    ...links,
    artifactType: artifactType ?? config.mediaType,
    config,
    blobs: layers,
  };
}

/** The withdrawn artifact manifest: blobs without a config. */
function readBlobs(root: JsonObject, reading: Reading): ManifestBody {
  const artifactType = readArtifactType(root.artifactType, '$.artifactType', reading);
  const annotations = readAnnotations(root.annotations, '$.annotations', reading.problems, reading.annotations);
  const subject = readSubject(root.subject, '$.subject', reading);
  const blobs = readList(root.blobs ?? [], '$.blobs', CEILINGS.descriptors, 'TOO_LARGE', reading, readDescriptor);
  checkConsistency(placed(blobs, '$.blobs'), reading.problems);
  const artifactKind = (artifactType === null ? null : artifactKindOfType(artifactType, annotations)) ?? 'other';
  return { kind: 'artifact', artifactKind, artifactType, annotations, subject, config: null, blobs };
}

function readIndex(root: JsonObject, type: DecidedType, reading: Reading): ManifestBody {
  const links = readLinks(root, type, reading);
  const entries = readList(root.manifests, '$.manifests', CEILINGS.indexChildren, 'FANOUT', reading, readEntry);
  checkConsistency(
    placed(
      entries.map(({ descriptor }) => descriptor),
      '$.manifests',
    ),
    reading.problems,
  );
  checkAttestations(entries, reading.problems);
  if (type.format === 'docker-list') warnOfMissingPlatforms(entries, reading.problems);
  return { kind: 'index', ...links, entries };
}

/** Docker's lists must name a platform for each entry; their clients skip one that does not. */
function warnOfMissingPlatforms(entries: readonly IndexEntry[], problems: Problems): void {
  entries.forEach(({ platform }, index) => {
    if (platform === null)
      problems.warn('PLATFORM', 'a Docker list names a platform here', `$.manifests[${index}].platform`);
  });
}

function placed(descriptors: readonly Descriptor[], path: string) {
  return descriptors.map((descriptor, index) => ({ descriptor, path: () => `${path}[${index}]` }));
}

function readEntry(value: JsonValue, path: string, reading: Reading): IndexEntry | null {
  const descriptor = readDescriptor(value, path, reading);
  const words = isJsonObject(value) ? value.platform : undefined;
  if (isJsonObject(words)) checkFieldCase(words, 'platform', `${path}.platform`, reading.problems);
  const { platform, rawPlatform } = readPlatform(words, `${path}.platform`, reading.problems);
  return (
    descriptor && {
      descriptor,
      kind: indexEntryKind(descriptor, platform),
      about: attestedDigest(descriptor),
      platform,
      rawPlatform,
    }
  );
}

/** Reads an array whose elements all must be readable; null is how Go writes an empty one. */
function readList<T extends Descriptor | IndexEntry>(
  value: JsonValue | undefined,
  path: string,
  ceiling: number,
  overflow: 'TOO_LARGE' | 'FANOUT',
  reading: Reading,
  read: (value: JsonValue, path: string, reading: Reading) => T | null,
): readonly T[] {
  if (value === null) return [];
  if (!isJsonArray(value)) reading.problems.add('SHAPE', `an array is expected, not ${kindOfJson(value)}`, path);
  else if (value.length > ceiling) reading.problems.add(overflow, `${value.length} entries, at most ${ceiling}`, path);
  else
    return value
      .map((element, index) => read(element, `${path}[${index}]`, reading))
      .filter((element) => element !== null);
  return [];
}
