import { CEILINGS } from '../ceilings.js';
import { jsonPathStep } from '../json/json-path.js';
import { isJsonObject, kindOfJson, type JsonValue } from '../json/json-value.js';
import type { Problems } from './gather-problems.js';

const NONE: ReadonlyMap<string, string> = new Map();

/** What all annotations of one document have cost so far. */
export interface AnnotationTally {
  bytes: number;
}

/**
 * Reads a map of annotations (OCI image-spec 1.1, annotations.md): strings only, since Go clients fail on anything
 * else. Null and absent are an empty map. Ceilings count UTF-8, over the whole document for the sum.
 */
export function readAnnotations(
  value: JsonValue | undefined,
  path: string,
  problems: Problems,
  tally: AnnotationTally,
): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return NONE;
  if (!isJsonObject(value)) {
    problems.add('ANNOTATIONS', `annotations must be an object, not ${kindOfJson(value)}`, path);
    return NONE;
  }
  const annotations = new Map<string, string>();
  for (const key in value) {
    const text = value[key];
    const at = (): string => path + jsonPathStep(key);
    if (typeof text !== 'string')
      problems.add('ANNOTATIONS', `an annotation must be a string, not ${kindOfJson(text)}`, at());
    else {
      checkSizes(key, text, at, problems, tally);
      annotations.set(key, text);
    }
  }
  return annotations;
}

function checkSizes(key: string, text: string, at: () => string, problems: Problems, tally: AnnotationTally): void {
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = Buffer.byteLength(text);
  const { annotationKeyBytes, annotationValueBytes, annotationBytes } = CEILINGS;
  if (keyBytes > annotationKeyBytes)
    problems.add('ANNOTATIONS', `the key has ${keyBytes} bytes, at most ${annotationKeyBytes}`, at());
  if (valueBytes > annotationValueBytes) {
    problems.add('ANNOTATIONS', `the value has ${valueBytes} bytes, at most ${annotationValueBytes}`, at());
  }
  const before = tally.bytes;
  tally.bytes += keyBytes + valueBytes;
  if (before <= annotationBytes && tally.bytes > annotationBytes) {
    problems.add('ANNOTATIONS', `all annotations together have more than ${annotationBytes} bytes`, null);
  }
}
