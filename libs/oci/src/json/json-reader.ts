import * as Char from './char.js';
import { JsonError, type JsonProblem, type JsonProblemCode } from './json-error.js';
import { formatJsonPath } from './json-path.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { losesPrecision } from './loses-precision.js';
import { EMPTY_ARRAY, EMPTY_OBJECT, newObject } from './new-object.js';
import { numberEnd } from './scan-number.js';
import { stringEnd, stringFault, stringValue } from './scan-string.js';

/** What a reader may spend, and what it should remember on the way. */
export interface JsonReaderOptions {
  readonly maxDepth: number;
  readonly maxValues: number;
  readonly maxNotes: number;
  /** A property of the root whose array elements are located; the root itself when it is an array. */
  readonly spansOf: string | null;
}

/**
 * A cursor over JSON text (RFC 8259) that refuses what is not JSON and notes what readers disagree about.
 * Recursive, so the depth ceiling also bounds the stack. Used once; `readJson` is the way in.
 */
export class JsonReader {
  /** Duplicate keys and lossy numbers, in document order, at most `maxNotes` of them. Offsets count characters. */
  readonly notes: JsonProblem[] = [];
  /** Start and end of each element of the array asked for, in characters; null when there is no such array. */
  spans: { readonly start: number; readonly end: number }[] | null = null;
  private at = 0;
  private depth = 0;
  /** Values of all kinds so far. */
  valueCount = 0;
  /** One step per level, null before its first member; whatever stands behind `depth` is stale. */
  private readonly path: (string | number | null)[] = [];

  constructor(
    private readonly text: string,
    private readonly options: JsonReaderOptions,
  ) {}

  /** One value and nothing behind it. Throws `JsonError`, with an offset in characters. */
  readDocument(): JsonValue {
    const value = this.readRoot();
    this.skipSpace();
    if (this.at < this.text.length) throw this.bad('something follows the end of the document');
    return value;
  }

  private readRoot(): JsonValue {
    if (this.options.spansOf === null || this.skipSpace() !== Char.OPEN_BRACKET) return this.readValue();
    this.valueCount += 1;
    return this.readArray((this.spans = []));
  }

  private readValue(): JsonValue {
    this.valueCount += 1;
    if (this.valueCount > this.options.maxValues)
      throw this.error('TOO_LARGE', `more than ${this.options.maxValues} values`);
    switch (this.skipSpace()) {
      case Char.OPEN_BRACE:
        return this.readObject();
      case Char.OPEN_BRACKET:
        return this.readArray();
      case Char.QUOTE:
        return this.readString();
      case Char.LOWER_T:
        return this.readWord('true', true);
      case Char.LOWER_F:
        return this.readWord('false', false);
      case Char.LOWER_N:
        return this.readWord('null', null);
      default:
        return this.readNumber();
    }
  }

  private readObject(): JsonObject {
    this.enter();
    if (this.skipSpace() === Char.CLOSE_BRACE) return this.leave(EMPTY_OBJECT);
    const object = newObject();
    for (;;) {
      if (this.skipSpace() !== Char.QUOTE) throw this.bad('a key in double quotes is expected');
      const keyAt = this.at;
      const key = this.readString();
      this.path[this.depth - 1] = key;
      if (this.skipSpace() !== Char.COLON) throw this.bad('a colon is expected after the key');
      this.at += 1;
      if (object[key] !== undefined) this.note('DUP_KEY', 'this key stands twice in one object', keyAt);
      object[key] = this.readMember(key);
      const next = this.skipSpace();
      if (next === Char.CLOSE_BRACE) return this.leave(object);
      if (next !== Char.COMMA) throw this.bad('a comma or the end of the object is expected');
      this.at += 1;
    }
  }

  private readMember(key: string): JsonValue {
    if (this.depth !== 1 || key !== this.options.spansOf) return this.readValue();
    this.spans = null; // of a repeated key the last one counts, as for its value
    if (this.skipSpace() !== Char.OPEN_BRACKET) return this.readValue();
    this.valueCount += 1;
    return this.readArray((this.spans = []));
  }

  private readArray(spans?: { readonly start: number; readonly end: number }[]): readonly JsonValue[] {
    this.enter();
    if (this.skipSpace() === Char.CLOSE_BRACKET) return this.leave(EMPTY_ARRAY);
    const array: JsonValue[] = [];
    for (;;) {
      this.path[this.depth - 1] = array.length;
      this.skipSpace();
      const start = this.at;
      array.push(this.readValue());
      spans?.push({ start, end: this.at });
      const next = this.skipSpace();
      if (next === Char.CLOSE_BRACKET) return this.leave(array);
      if (next !== Char.COMMA) throw this.bad('a comma or the end of the array is expected');
      this.at += 1;
    }
  }

  private readString(): string {
    const start = this.at;
    const end = stringEnd(this.text, start);
    if (end < 0) {
      this.at = ~end;
      throw this.bad(stringFault(this.text, this.at));
    }
    this.at = end + 1;
    return stringValue(this.text, start, end);
  }

  private readNumber(): number {
    const start = this.at;
    const end = numberEnd(this.text, start);
    if (end === start) throw this.bad(start < this.text.length ? 'a value is expected' : 'the document ends too early');
    this.at = end;
    const lexeme = this.text.slice(start, end);
    const value = Number(lexeme);
    if (losesPrecision(lexeme, value)) this.note('PRECISION', 'this number cannot be held exactly', start);
    return value;
  }

  private readWord<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.bad('a value is expected');
    this.at += word.length;
    return value;
  }

  private enter(): void {
    if (this.depth >= this.options.maxDepth) throw this.error('TOO_DEEP', `more than ${this.options.maxDepth} levels`);
    this.path[this.depth] = null;
    this.depth += 1;
    this.at += 1;
  }

  private leave<T>(value: T): T {
    this.depth -= 1;
    this.at += 1;
    return value;
  }

  /** The next character that means something; NaN at the end. */
  private skipSpace(): number {
    const { text } = this;
    for (;;) {
      const char = text.charCodeAt(this.at);
      if (char > Char.SPACE) return char;
      if (char !== Char.SPACE && char !== Char.LINE_FEED && char !== Char.CARRIAGE_RETURN && char !== Char.TAB)
        return char;
      this.at += 1;
    }
  }

  private note(code: JsonProblemCode, message: string, offset: number): void {
    if (this.notes.length >= this.options.maxNotes) return;
    this.notes.push({ code, message, path: this.where(), offsetBytes: offset });
  }

  private where(): string {
    return formatJsonPath(this.path.slice(0, this.depth).filter((step) => step !== null));
  }

  private bad(message: string): JsonError {
    return this.error('BAD_JSON', message);
  }

  private error(code: JsonProblemCode, message: string): JsonError {
    return new JsonError({ code, message, path: this.where(), offsetBytes: this.at }, this.notes);
  }
}
