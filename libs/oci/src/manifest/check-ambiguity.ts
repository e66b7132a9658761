import { fieldNames, misspeltKeys } from '../json/ambiguous-keys.js';
import { jsonPathStep } from '../json/json-path.js';
import type { JsonObject } from '../json/json-value.js';
import { MEDIA_TYPES } from '../media-types.js';
import type { DecidedType } from './decide-type.js';
import { quote, type Problems } from './gather-problems.js';

/** The fields that make a document what it is, for any kind of manifest. */
const ESSENTIAL = ['config', 'layers', 'manifests', 'fsLayers', 'history', 'blobs'] as const;
type Essential = (typeof ESSENTIAL)[number];

const ROOT_NAMES = fieldNames('schemaVersion', 'mediaType', 'artifactType', 'subject', 'annotations', ...ESSENTIAL);

const OWN: Readonly<Record<DecidedType['format'], readonly Essential[]>> = {
  'docker-schema1': ['fsLayers', 'history'],
  'docker-schema2': ['config', 'layers'],
  'docker-list': ['manifests'],
  'oci-image': ['config', 'layers'],
  'oci-index': ['manifests'],
};

/**
 * Refuses a document that could be read as another kind: one that carries a field of another kind, or a field in
 * another letter case, which Go's decoder takes for the real one (CVE-2021-41190). A foreign field that is null is
 * tolerated, because it says nothing to anyone. `type` is null when the kind could not be decided.
 */
export function checkAmbiguity(document: JsonObject, type: DecidedType | null, problems: Problems): void {
  const own: readonly string[] | null = type && ownFields(type);
  const foreign = own && ESSENTIAL.filter((name) => !own.includes(name));
  for (const { key, name } of misspeltKeys(document, ROOT_NAMES)) {
    if (document[key] === null && foreign?.some((field) => field === name)) continue;
    problems.add('AMBIGUOUS', `some readers take ${quote(key)} for ${quote(name)}`, `$${jsonPathStep(key)}`);
  }
  for (const name of foreign ?? []) {
    if (document[name] === null)
      problems.warn(
        'AMBIGUOUS',
        `a document of type ${type?.mediaType} has no ${quote(name)}, not even null`,
        `$.${name}`,
      );
    if ((document[name] ?? null) === null) continue;
    problems.add('AMBIGUOUS', `a document of type ${type?.mediaType} must not have ${quote(name)}`, `$.${name}`);
  }
}

function ownFields({ mediaType, format }: DecidedType): readonly Essential[] {
  if (mediaType === MEDIA_TYPES.ociArtifact || mediaType === MEDIA_TYPES.orasArtifact) return ['blobs'];
  return OWN[format];
}

const DESCRIPTOR_NAMES = fieldNames(
  'mediaType',
  'digest',
  'size',
  'urls',
  'annotations',
  'artifactType',
  'platform',
  'data',
);
const PLATFORM_NAMES = fieldNames('architecture', 'os', 'os.version', 'os.features', 'variant');

/** The same for the fields of a descriptor, or of a platform inside one. */
export function checkFieldCase(
  object: JsonObject,
  kind: 'descriptor' | 'platform',
  path: string,
  problems: Problems,
): void {
  for (const { key, name } of misspeltKeys(object, kind === 'descriptor' ? DESCRIPTOR_NAMES : PLATFORM_NAMES)) {
    problems.add('AMBIGUOUS', `some readers take ${quote(key)} for ${quote(name)}`, path + jsonPathStep(key));
  }
}
