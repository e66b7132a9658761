import { JsonError, type JsonProblem } from '../json/json-error.js';
import { isJsonObject, kindOfJson, type JsonObject } from '../json/json-value.js';
import { readJson, type ByteSpan, type JsonDocument } from '../json/parse-json.js';
import type { Problems } from './gather-problems.js';

/** What the bytes of a document must be before anybody looks at its fields. */
export interface RootRules {
  /** `a manifest`, `a config`: for messages. */
  readonly what: string;
  readonly maxBytes: number;
  /** Where nothing is read as a number, numbers that no double holds are none of our business. */
  readonly toleratesPrecision: boolean;
}

/** An object, and what else was noticed while it was read. */
export interface ReadObject {
  readonly object: JsonObject;
  readonly valueCount: number;
  readonly spans: readonly ByteSpan[] | null;
}

/** Reads bytes as a JSON object, and where its `signatures` stand. Null, with every problem added, when they are none. */
export function readRoot(bytes: Uint8Array, rules: RootRules, problems: Problems): ReadObject | null {
  if (bytes.length <= rules.maxBytes)
    return readObject(() => readJson(bytes, { spansOf: 'signatures' }), rules, problems);
  problems.add('TOO_LARGE', `${rules.what} has at most ${rules.maxBytes} bytes, not ${bytes.length}`, null);
  return null;
}

/** The same for anything that can be read. */
export function readObject(
  read: () => JsonDocument,
  { what, toleratesPrecision }: Omit<RootRules, 'maxBytes'>,
  problems: Problems,
): ReadObject | null {
  const addNotes = (notes: readonly JsonProblem[]): void => {
    for (const { code, message, path } of notes)
      if (code !== 'PRECISION' || !toleratesPrecision) problems.add(code, message, path);
  };
  try {
    const { value, notes, valueCount, spans } = read();
    addNotes(notes);
    if (isJsonObject(value)) return { object: value, valueCount, spans };
    problems.add('SHAPE', `${what} is an object, not ${kindOfJson(value)}`, '$');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    addNotes(error.notes);
    problems.add(error.code, `${error.problem.message} (byte ${error.offsetBytes})`, error.path);
  }
  return null;
}
