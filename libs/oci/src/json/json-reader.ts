import { losesPrecision } from './loses-precision.js';
import { JsonError, type JsonProblem, type JsonProblemCode } from './json-error.js';
import { formatJsonPath } from './json-path.js';
import type { JsonObject, JsonValue } from './json-value.js';

/** What a reader may spend, and what it should remember on the way. */
export interface JsonReaderOptions {
  readonly maxDepth: number;
  readonly maxValues: number;
  readonly maxNotes: number;
  /** A property of the root whose array elements are located; the root itself when it is an array. */
  readonly spansOf: string | null;
}

const enum Char {
  Tab = 0x09,
  LineFeed = 0x0a,
  CarriageReturn = 0x0d,
  Space = 0x20,
  Quote = 0x22,
  Comma = 0x2c,
  Dot = 0x2e,
  Zero = 0x30,
  One = 0x31,
  Nine = 0x39,
  Colon = 0x3a,
  UpperE = 0x45,
  OpenBracket = 0x5b,
  Backslash = 0x5c,
  CloseBracket = 0x5d,
  LowerE = 0x65,
  LowerF = 0x66,
  LowerN = 0x6e,
  LowerT = 0x74,
  LowerU = 0x75,
  OpenBrace = 0x7b,
  CloseBrace = 0x7d,
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX4 = /[0-9A-Fa-f]{4}/y;
/** By the character behind the backslash: 1 for a short escape, 5 for `u` and its four digits, 0 for none. */
const ESCAPE_CHARS = new Uint8Array(128);
for (const char of '"\\/bfnrt') ESCAPE_CHARS[char.charCodeAt(0)] = 1;
ESCAPE_CHARS[Char.LowerU] = 5;
const MAX_FAST_DIGITS = 15;

/** An object without inheritance. `new` of this is several times faster than `Object.create(null)` and as safe. */
class Dictionary implements JsonObject {
  [key: string]: JsonValue;
}
Object.setPrototypeOf(Dictionary.prototype, null);
Reflect.deleteProperty(Dictionary.prototype, 'constructor');
Object.freeze(Dictionary.prototype);

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
    if (this.options.spansOf === null || this.skipSpace() !== Char.OpenBracket) return this.readValue();
    this.valueCount += 1;
    return this.readArray((this.spans = []));
  }

  private readValue(): JsonValue {
    this.valueCount += 1;
    if (this.valueCount > this.options.maxValues)
      throw this.error('TOO_LARGE', `more than ${this.options.maxValues} values`);
    switch (this.skipSpace()) {
      case Char.OpenBrace:
        return this.readObject();
      case Char.OpenBracket:
        return this.readArray();
      case Char.Quote:
        return this.readString();
      case Char.LowerT:
        return this.readWord('true', true);
      case Char.LowerF:
        return this.readWord('false', false);
      case Char.LowerN:
        return this.readWord('null', null);
      default:
        return this.readNumber();
    }
  }

  private readObject(): JsonObject {
    const object = new Dictionary();
    this.enter();
    if (this.skipSpace() === Char.CloseBrace) return this.leave(object);
    for (;;) {
      if (this.skipSpace() !== Char.Quote) throw this.bad('a key in double quotes is expected');
      const keyAt = this.at;
      const key = this.readString();
      this.path[this.depth - 1] = key;
      if (this.skipSpace() !== Char.Colon) throw this.bad('a colon is expected after the key');
      this.at += 1;
      if (object[key] !== undefined) this.note('DUP_KEY', 'this key stands twice in one object', keyAt);
      object[key] = this.readMember(key);
      const next = this.skipSpace();
      if (next === Char.CloseBrace) return this.leave(object);
      if (next !== Char.Comma) throw this.bad('a comma or the end of the object is expected');
      this.at += 1;
    }
  }

  private readMember(key: string): JsonValue {
    if (this.depth !== 1 || key !== this.options.spansOf) return this.readValue();
    this.spans = null; // of a repeated key the last one counts, as for its value
    if (this.skipSpace() !== Char.OpenBracket) return this.readValue();
    this.valueCount += 1;
    return this.readArray((this.spans = []));
  }

  private readArray(spans?: { readonly start: number; readonly end: number }[]): readonly JsonValue[] {
    const array: JsonValue[] = [];
    this.enter();
    if (this.skipSpace() === Char.CloseBracket) return this.leave(array);
    for (;;) {
      this.path[this.depth - 1] = array.length;
      this.skipSpace();
      const start = this.at;
      array.push(this.readValue());
      spans?.push({ start, end: this.at });
      const next = this.skipSpace();
      if (next === Char.CloseBracket) return this.leave(array);
      if (next !== Char.Comma) throw this.bad('a comma or the end of the array is expected');
      this.at += 1;
    }
  }

  private readString(): string {
    const { text } = this;
    const start = this.at + 1;
    let plain = true;
    for (let index = start; ; index += 1) {
      const char = text.charCodeAt(index);
      if (char === Char.Quote) {
        this.at = index + 1;
        return plain ? text.slice(start, index) : unescape(text.slice(start - 1, index + 1));
      }
      if (char === Char.Backslash) {
        plain = false;
        index += this.escapeChars(index);
      } else if (!(char >= Char.Space)) {
        this.at = index;
        throw this.bad(
          index < text.length ? 'a control character stands in a string' : 'the document ends inside a string',
        );
      }
    }
  }

  /** How many characters belong to the backslash at `index`. */
  private escapeChars(index: number): number {
    const chars = ESCAPE_CHARS[this.text.charCodeAt(index + 1)] ?? 0;
    HEX4.lastIndex = index + 2;
    if (chars === 1 || (chars === 5 && HEX4.test(this.text))) return chars;
    this.at = index;
    throw this.bad('this is not an escape that JSON knows');
  }

  private readNumber(): number {
    const { text } = this;
    const start = this.at;
    let index = start;
    let value = 0;
    let char = text.charCodeAt(index);
    if (char >= Char.One && char <= Char.Nine) {
      for (; char >= Char.Zero && char <= Char.Nine; char = text.charCodeAt(++index))
        value = value * 10 + char - Char.Zero;
      if (index - start <= MAX_FAST_DIGITS && char !== Char.Dot && char !== Char.LowerE && char !== Char.UpperE) {
        this.at = index;
        return value;
      }
    }
    NUMBER.lastIndex = start;
    if (!NUMBER.test(text)) throw this.bad(start < text.length ? 'a value is expected' : 'the document ends too early');
    this.at = NUMBER.lastIndex;
    return this.exactly(text.slice(start, this.at), start);
  }

  private exactly(lexeme: string, start: number): number {
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
      if (char > Char.Space) return char;
      if (char !== Char.Space && char !== Char.LineFeed && char !== Char.CarriageReturn && char !== Char.Tab)
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

/** Every escape has been checked; a lone surrogate stays what it is, as RFC 8259 section 8.2 leaves it to us. */
function unescape(quoted: string): string {
  const value: unknown = JSON.parse(quoted);
  if (typeof value !== 'string') throw new TypeError('a quoted string is not a string');
  return value;
}
