import { isJsonArray, isJsonObject, type JsonObject } from '../json/json-value.js';
import { MEDIA_TYPES, bareMediaType, formatOfMediaType } from '../media-types.js';
import type { ManifestFormat } from './manifest.js';
import { quote, type Problems } from './gather-problems.js';

/** What a document is, as far as that can be told; `mediaType` is what it would be served as. */
export interface DecidedType {
  readonly mediaType: string;
  readonly format: ManifestFormat;
}

/** Content types that say nothing about the document. */
const GENERIC: ReadonlySet<string> = new Set(['application/json', 'text/plain', 'application/octet-stream']);

/** The Content-Type without parameters where it names something; null where the body must speak for itself. */
export function specificContentType(contentType: string | null): string | null {
  const bare = bareMediaType(contentType);
  return bare === null || GENERIC.has(bare) ? null : bare;
}

/**
 * Decides what a document is from its own word, the word of whoever served it, and its structure, in this order; the
 * first two must agree (distribution-spec 1.1, "Pushing manifests"; the cure of CVE-2021-41190). Null, with the
 * problem added, when nothing decides.
 */
export function decideType(document: JsonObject, contentType: string | null, problems: Problems): DecidedType | null {
  const served = specificContentType(contentType);
  const own = document.mediaType ?? null;
  if (own !== null && typeof own !== 'string') {
    problems.add('SHAPE', 'mediaType must be a string', '$.mediaType');
    return null;
  }
  if (own !== null && served !== null && own !== served) {
    problems.add('TYPE_MISMATCH', `the document says ${quote(own)} but was served as ${quote(served)}`, '$.mediaType');
    const format = formatOfMediaType(own);
    return format && { mediaType: own, format }; // so that what else is wrong is found as well
  }
  const named = own ?? served;
  return named === null ? byStructure(document, problems) : byName(named, document, own, problems);
}

function byName(named: string, document: JsonObject, own: string | null, problems: Problems): DecidedType | null {
  const format = formatOfMediaType(named);
  if (format === null) {
    problems.add('UNKNOWN_TYPE', `${quote(named)} is not a manifest type`, own === null ? null : '$.mediaType');
    return null;
  }
  const isSchema1 = document.schemaVersion === 1;
  if (own === null && isSchema1 !== (format === 'docker-schema1')) {
    problems.add('TYPE_MISMATCH', `served as ${quote(named)}, but schemaVersion says otherwise`, '$.schemaVersion');
    return null;
  }
  if (own === null && (format === 'docker-schema2' || format === 'docker-list')) {
    problems.add('SHAPE', 'a Docker manifest must name its mediaType', '$.mediaType');
  }
  return { mediaType: named, format };
}

/** OCI documents may leave their type out, as those of version 1.0 did; Docker's may not. */
function byStructure(document: JsonObject, problems: Problems): DecidedType | null {
  if (document.schemaVersion === 1) {
    const mediaType = isJsonArray(document.signatures) ? MEDIA_TYPES.dockerSchema1Signed : MEDIA_TYPES.dockerSchema1;
    return { mediaType, format: 'docker-schema1' };
  }
  if (document.schemaVersion === 2) {
    const { config } = document;
    if (isJsonObject(config) && config.mediaType === MEDIA_TYPES.dockerConfig) {
      problems.add('SHAPE', 'a Docker manifest must name its mediaType', '$.mediaType');
      return { mediaType: MEDIA_TYPES.dockerManifest, format: 'docker-schema2' };
    }
    if (isJsonObject(config) || isJsonArray(document.layers))
      return { mediaType: MEDIA_TYPES.ociManifest, format: 'oci-image' };
    if (isJsonArray(document.manifests)) return { mediaType: MEDIA_TYPES.ociIndex, format: 'oci-index' };
  }
  problems.add('UNKNOWN_TYPE', 'neither a type nor the structure of a manifest can be found', null);
  return null;
}
