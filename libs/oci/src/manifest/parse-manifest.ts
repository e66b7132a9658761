import { CEILINGS } from '../ceilings.js';
import { digestOf, type Digest } from '../digest.js';
import type { JsonObject } from '../json/json-value.js';
import type { ByteSpan } from '../json/parse-json.js';
import { formatOfMediaType } from '../media-types.js';
import { openSigned } from '../schema1/open-signed.js';
import { readSchema1 } from '../schema1/read-schema1.js';
import { checkAmbiguity } from './check-ambiguity.js';
import { decideType, specificContentType, type DecidedType } from './decide-type.js';
import { gatherProblems, type Problems } from './gather-problems.js';
import type { Manifest } from './manifest.js';
import { readManifest, type ManifestBody } from './read-manifest.js';
import { readRoot } from './read-root.js';

/** What is known about the bytes besides themselves. */
export interface ParseManifestOptions {
  /** The Content-Type they were served with, with or without parameters; null where there was none. */
  readonly contentType: string | null;
  /** Saves hashing again, and keeps a sha512 name, when the bytes were already checked against this digest. */
  readonly digest?: Digest;
  /** 4 MiB unless said. */
  readonly maxBytes?: number;
}

/**
 * Turns the bytes of a manifest into what they mean, or throws `ManifestError` with everything that is wrong. The bytes
 * decide: unknown media types, further fields and foreign layers are welcome, and nothing is fetched or repaired. A
 * number that no double holds is refused wherever it stands, because two readers would print it differently.
 */
export function parseManifest(bytes: Uint8Array, options: ParseManifestOptions): Manifest {
  const problems = gatherProblems();
  const served = specificContentType(options.contentType);
  const rules = {
    what: 'a manifest',
    maxBytes: options.maxBytes ?? CEILINGS.manifestBytes,
    toleratesPrecision: false,
  };
  const { object: root = null, spans = null } = readRoot(bytes, rules, problems) ?? {};
  const type = root && decideType(root, options.contentType, problems);
  if (root !== null) checkAmbiguity(root, type, problems);
  const own = typeof root?.mediaType === 'string' ? root.mediaType : null;
  const mediaType = type?.mediaType ?? own ?? served;
  const claimed = { mediaType, format: type?.format ?? (mediaType === null ? null : formatOfMediaType(mediaType)) };
  const read = root && type && readBody(root, { bytes, spans }, type, problems);
  problems.throwIfAny(claimed);
  const { body, covered } = certain(read);
  const { format } = certain(type);
  return {
    ...certain(body),
    digest: options.digest ?? digestOf(covered),
    sizeBytes: bytes.length,
    mediaType: certain(type).mediaType,
    format,
    warnings: problems.warnings,
  };
}

/** The meaning, and what the digest covers. */
function readBody(
  root: JsonObject,
  { bytes, spans }: { readonly bytes: Uint8Array; readonly spans: readonly ByteSpan[] | null },
  type: DecidedType,
  problems: Problems,
): { readonly body: ManifestBody | null; readonly covered: Uint8Array } | null {
  if (type.format !== 'docker-schema1')
    return { body: readManifest(root, { ...type, format: type.format }, problems), covered: bytes };
  const opened = openSigned(root, bytes, spans ?? [], problems);
  if (opened === null) return null;
  const body = readSchema1(root, problems);
  return { body: body && { ...body, signature: opened.signature }, covered: opened.payload };
}

/** Whatever is missing has been reported as a problem, so nothing is missing once there are none. */
function certain<T>(value: T | null): T {
  if (value === null) throw new TypeError('a part of the manifest is missing without a problem that says so');
  return value;
}
