import { JsonError, isJsonArray, isJsonObject, readJson, type JsonValue } from '@strata/oci';
import { notARegistry } from '../answer/not-a-registry.js';
import type { Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { strangeness } from '../verified-bytes.js';

/**
 * The list that one page of a listing carries under `field`. Throws `unavailable` for what is no list: an empty body,
 * a web page, an error dressed as success, a document that was cut short.
 */
export function parsePage(answer: Answer, field: string): readonly JsonValue[] {
  const strange = strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  const document = parse(answer);
  const list = isJsonObject(document) ? document[field] : undefined;
  if (list === null) return []; // Go's way to write an empty list
  if (!isJsonArray(list)) throw notARegistry(answer, `no list of ${field}`);
  return list;
}

function parse(answer: Answer): JsonValue {
  try {
    return readJson(answer.body, { maxValues: LIMITS.listingValues }).value;
  } catch (error) {
    if (error instanceof JsonError) throw notARegistry(answer, 'something else than JSON');
    throw error;
  }
}
