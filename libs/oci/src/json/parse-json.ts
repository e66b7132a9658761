import { CEILINGS } from '../ceilings.js';
import { decodeUtf8 } from './decode-utf8.js';
import { JsonError, type JsonProblem } from './json-error.js';
import { JsonReader } from './json-reader.js';
import type { JsonValue } from './json-value.js';

/** How strictly to read, and at what cost at most. */
export interface ReadJsonOptions {
  /** Arrays and objects inside each other; 64 unless said. */
  readonly maxDepth?: number;
  /** Values of all kinds; 150,000 unless said. */
  readonly maxValues?: number;
  /** Locates the elements of this array among the root's properties, or of the root where that is an array. */
  readonly spansOf?: string;
}

/** Where one value stands in the bytes: from `start`, up to but not including `end`. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** A document that is JSON, with what readers would disagree about. */
export interface JsonDocument {
  /** Of a repeated key the last value, as `JSON.parse` and Go have it. */
  readonly value: JsonValue;
  /** `DUP_KEY` and `PRECISION` only, in document order, the first 100. */
  readonly notes: readonly JsonProblem[];
  /** The elements of the array named by `spansOf`, or of the root; null when there is no such array. */
  readonly spans: readonly ByteSpan[] | null;
  /** Values of all kinds, for whoever shares one budget among several documents. */
  readonly valueCount: number;
}

/**
 * Reads bytes as JSON and only notes duplicate keys and lossy numbers, for callers that report them with the
 * rest or can live with them. Throws `JsonError` for everything else.
 */
export function readJson(bytes: Uint8Array, options: ReadJsonOptions = {}): JsonDocument {
  const text = decodeUtf8(bytes);
  try {
    const document = readJsonText(text, options);
    const [ofNotes, ofSpans] = [byteOffsets(text, bytes.length), byteOffsets(text, bytes.length)];
    const spans = document.spans?.map(({ start, end }) => ({ start: ofSpans(start), end: ofSpans(end) })) ?? null;
    return { ...document, notes: document.notes.map((note) => inBytes(note, ofNotes)), spans };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const toBytes = byteOffsets(text, bytes.length);
    const notes = error.notes.map((note) => inBytes(note, toBytes));
    throw new JsonError(inBytes(error.problem, toBytes), notes);
  }
}

/** The same for a document that stands as text inside another one; its offsets and spans count characters. */
export function readJsonText(text: string, options: ReadJsonOptions = {}): JsonDocument {
  const reader = new JsonReader(text, {
    maxDepth: options.maxDepth ?? CEILINGS.jsonDepth,
    maxValues: options.maxValues ?? CEILINGS.jsonValues,
    maxNotes: CEILINGS.problems,
    spansOf: options.spansOf ?? null,
  });
  const value = reader.readDocument();
  return { value, notes: reader.notes, spans: reader.spans, valueCount: reader.valueCount };
}

/**
 * Reads bytes as JSON that every reader understands in the same way (I-JSON, RFC 7493): the first duplicate key
 * or lossy number is an error too, unless tolerated. Throws `JsonError`.
 */
export function parseJson(
  bytes: Uint8Array,
  options: ReadJsonOptions & { readonly tolerate?: readonly ('DUP_KEY' | 'PRECISION')[] } = {},
): JsonValue {
  const { value, notes } = readJson(bytes, options);
  const refused = notes.find(({ code }) => !options.tolerate?.some((tolerated) => tolerated === code));
  if (refused) throw new JsonError(refused);
  return value;
}

function inBytes(problem: JsonProblem, toBytes: (offset: number) => number): JsonProblem {
  return { ...problem, offsetBytes: toBytes(problem.offsetBytes) };
}

/**
 * Turns offsets in characters into offsets in bytes. In ASCII they are the same; else the text is measured in one pass,
 * whatever the number of offsets, as long as each is behind the one before.
 */
function byteOffsets(text: string, sizeBytes: number): (offset: number) => number {
  if (text.length === sizeBytes) return (offset) => offset;
  let [chars, bytes] = [0, 0];
  return (offset) => {
    if (offset < chars) [chars, bytes] = [0, 0];
    bytes += Buffer.byteLength(text.slice(chars, offset));
    chars = offset;
    return bytes;
  };
}
