import { CEILINGS } from '../ceilings.js';
import { isDigest, type Digest } from '../digest.js';
import { isJsonArray, isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import { isNothing, isPlainText } from '../json/plain-text.js';
import { checkFieldCase } from './check-ambiguity.js';
import type { Descriptor, SubjectDescriptor } from './descriptor.js';
import { quote, type Problems } from './gather-problems.js';
import { readData } from './read-data.js';
import { readAnnotations, type AnnotationTally } from './read-annotations.js';

/** What reading one document gathers on the way. */
export interface Reading {
  readonly problems: Problems;
  readonly annotations: AnnotationTally;
}

/** Reads one descriptor (OCI image-spec 1.1, descriptor.md). Null, with the problems added, when it is not one. */
export function readDescriptor(value: JsonValue | undefined, path: string, reading: Reading): Descriptor | null {
  const object = readObject(value, path, reading);
  if (object === null) return null;
  const read = readFields(object, path, reading);
  const sizeBytes = readSize(object.size, path, reading);
  if (read === null || sizeBytes === null) return null;
  return { ...read, sizeBytes, data: readData(object.data, { ...read, sizeBytes }, `${path}.data`, reading.problems) };
}

/** Reads a `subject`; some signers leave its size out, which is then null. */
export function readSubject(value: JsonValue | undefined, path: string, reading: Reading): SubjectDescriptor | null {
  const object = value === undefined || value === null ? null : readObject(value, path, reading);
  if (object === null) return null;
  const read = readFields(object, path, reading);
  const sizeBytes = isNothing(object.size) ? null : readSize(object.size, path, reading);
  return (
    read && {
      ...read,
      sizeBytes,
      data: readData(object.data, { ...read, sizeBytes }, `${path}.data`, reading.problems),
    }
  );
}

/** A type and a subtype (RFC 6838 section 4.2); parameters are tolerated, because Sigstore's first bundles had some. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(?:;.*)?$/i;

/** Reads a media type that must be there; any type is welcome, known or not. */
export function readMediaType(value: JsonValue | undefined, path: string, { problems }: Reading): string | null {
  if (typeof value !== 'string' || !isPlainText(value)) {
    problems.add(
      'SHAPE',
      `a media type is expected, not ${typeof value === 'string' ? quote(value) : kindOfJson(value)}`,
      path,
    );
    return null;
  }
  if (value.length <= CEILINGS.mediaTypeChars) {
    if (!MEDIA_TYPE.test(value)) problems.warn('MEDIA_TYPE', `${quote(value)} is not written as media types are`, path);
    return value;
  }
  problems.add('TOO_LARGE', `a media type has at most ${CEILINGS.mediaTypeChars} characters`, path);
  return null;
}

/** Reads an `artifactType`, which may be missing. */
export function readArtifactType(value: JsonValue | undefined, path: string, reading: Reading): string | null {
  return isNothing(value) ? null : readMediaType(value, path, reading);
}

function readObject(value: JsonValue | undefined, path: string, { problems }: Reading): JsonObject | null {
  if (isJsonObject(value)) {
    checkFieldCase(value, 'descriptor', path, problems);
    return value;
  }
  problems.add('SHAPE', `a descriptor is expected, not ${kindOfJson(value)}`, path);
  return null;
}

function readFields(object: JsonObject, path: string, reading: Reading): Omit<Descriptor, 'sizeBytes' | 'data'> | null {
  const mediaType = readMediaType(object.mediaType, `${path}.mediaType`, reading);
  const digest = readDigest(object.digest, `${path}.digest`, reading.problems);
  const annotations = readAnnotations(object.annotations, `${path}.annotations`, reading.problems, reading.annotations);
  const urls = readUrls(object.urls, `${path}.urls`, reading);
  const artifactType = readArtifactType(object.artifactType, `${path}.artifactType`, reading);
  return mediaType === null || digest === null ? null : { mediaType, digest, annotations, urls, artifactType };
}

/** Reads a digest that can be verified; an unregistered algorithm cannot, and would name content nobody can check. */
export function readDigest(value: JsonValue | undefined, path: string, problems: Problems): Digest | null {
  if (typeof value === 'string' && isDigest(value)) return value;
  const found = typeof value === 'string' ? quote(value) : kindOfJson(value);
  problems.add('BAD_DIGEST', `a sha256 or sha512 digest in lower-case hex is expected, not ${found}`, path);
  return null;
}

function readSize(value: JsonValue | undefined, path: string, { problems }: Reading): number | null {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const found = typeof value === 'number' ? String(value) : kindOfJson(value);
  problems.add('BAD_SIZE', `a whole number of bytes from 0 to 2^53-1 is expected, not ${found}`, `${path}.size`);
  return null;
}

const NO_URLS: readonly string[] = [];

function readUrls(value: JsonValue | undefined, path: string, { problems }: Reading): readonly string[] {
  if (value === undefined || value === null) return NO_URLS;
  if (isJsonArray(value) && value.every((url) => typeof url === 'string')) return value;
  problems.add('SHAPE', 'urls must be an array of strings', path);
  return NO_URLS;
}
