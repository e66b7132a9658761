import { CEILINGS } from '../ceilings.js';
import { digestOf, type Digest } from '../digest.js';
import { JsonError } from '../json/json-error.js';
import { isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { formatOfMediaType } from '../media-types.js';
import { checkAmbiguity } from './check-ambiguity.js';
import { decideType, specificContentType, type DecidedType } from './decide-type.js';
import type { Manifest } from './manifest.js';
import { gatherProblems, type Problems } from './gather-problems.js';
import { readManifest } from './read-manifest.js';

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
  const maxBytes = options.maxBytes ?? CEILINGS.manifestBytes;
  const root = bytes.length > maxBytes ? tooLarge(bytes, maxBytes, problems) : readRoot(bytes, problems);
  const type = root && decideType(root, options.contentType, problems);
  if (root !== null) checkAmbiguity(root, type, problems);
  const own = typeof root?.mediaType === 'string' ? root.mediaType : null;
  const mediaType = type?.mediaType ?? own ?? served;
  const claimed = { mediaType, format: type?.format ?? (mediaType === null ? null : formatOfMediaType(mediaType)) };
  const body = root && type && readManifest(root, type, problems);
  problems.throwIfAny(claimed);
  return { ...certain(body), ...facts(bytes, certain(type), options.digest) };
}

function facts(
  bytes: Uint8Array,
  type: DecidedType,
  digest: Digest | undefined,
): Pick<Manifest, 'digest' | 'sizeBytes' | 'mediaType' | 'format'> {
  return { digest: digest ?? digestOf(bytes), sizeBytes: bytes.length, mediaType: type.mediaType, format: type.format };
}

function tooLarge(bytes: Uint8Array, maxBytes: number, problems: Problems): null {
  problems.add('TOO_LARGE', `the document has ${bytes.length} bytes, at most ${maxBytes} are read`, null);
  return null;
}

function readRoot(bytes: Uint8Array, problems: Problems): JsonObject | null {
  const value = readBytes(bytes, problems);
  if (value === undefined || isJsonObject(value)) return value ?? null;
  problems.add('SHAPE', `a manifest is an object, not ${kindOfJson(value)}`, '$');
  return null;
}

/** Undefined, with the problem added, when the bytes are not JSON. */
function readBytes(bytes: Uint8Array, problems: Problems): JsonValue | undefined {
  try {
    const { value, notes } = readJson(bytes);
    for (const { code, message, path } of notes) problems.add(code, message, path);
    return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    problems.add(error.code, `${error.problem.message} (byte ${error.offsetBytes})`, error.path);
    return undefined;
  }
}

/** Whatever is missing has been reported as a problem, so nothing is missing once there are none. */
function certain<T>(value: T | null): T {
  if (value === null) throw new TypeError('a part of the manifest is missing without a problem that says so');
  return value;
}
