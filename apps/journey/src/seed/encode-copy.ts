import { columnsOf, type Cell, type ColumnKind, type SeedTable } from './seed-tables.js';

const CHUNK_BYTES = 256 * 1_024;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);
const OIDS = { int4: 23, text: 25 } as const;

/** The first bytes of a binary COPY: signature, no flags, no extension (PostgreSQL manual, COPY, "Binary Format"). */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** The last ones. */
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

/** Turns the rows of one table into the bytes that COPY takes. */
export interface CopyEncoder {
  add(cells: readonly Cell[]): void;
  /** How many bytes wait to be taken. */
  waitingBytes(): number;
  take(): Buffer;
}

/** Opens one. A cell that does not fit its column throws: it would be a bug of the generator. */
export function openCopyEncoder(table: SeedTable): CopyEncoder {
  const kinds = columnsOf(table).map(([, kind]) => kind);
  const out = openWriter();
  return {
    add(cells) {
      if (cells.length !== kinds.length) throw new Error(`${table} has ${kinds.length} columns, not ${cells.length}`);
      out.int2(kinds.length);
      cells.forEach((cell, index) => (cell === null ? out.int4(-1) : writeCell(out, kinds[index], cell)));
    },
    waitingBytes: out.length,
    take: out.take,
  };
}

function writeCell(out: Writer, kind: ColumnKind | undefined, cell: NonNullable<Cell>): void {
  if (typeof cell === 'number') {
    if (kind === 'int2') return (out.int4(2), out.int2(cell));
    if (kind === 'int4') return (out.int4(4), out.int4(cell));
    if (kind === 'int8') return (out.int4(8), out.int8(cell));
    if (kind === 'instant') return (out.int4(8), out.int8((cell - EPOCH_2000_MS) * 1_000));
  } else if (typeof cell === 'string') {
    if (kind === 'text') return out.text(cell, '');
    if (kind === 'jsonb') return out.text(cell, '\x01');
  } else if (cell instanceof Uint8Array) {
    if (kind === 'bytea') return (out.int4(cell.length), out.bytes(cell));
  } else if (kind === 'int4[]' || kind === 'text[]') {
    return writeArray(out, kind === 'int4[]' ? 'int4' : 'text', cell);
  }
  throw new Error(`${JSON.stringify(cell)} does not fit a column of ${kind}`);
}

function writeArray(out: Writer, kind: 'int4' | 'text', items: readonly (number | string)[]): void {
  const texts = items.map((item) => (typeof item === 'number' ? 4 : Buffer.byteLength(item)));
  const dimensions = items.length === 0 ? 0 : 1;
  out.int4(12 + dimensions * 8 + texts.reduce((sum, length) => sum + 4 + length, 0));
  out.int4(dimensions);
  out.int4(0);
  out.int4(OIDS[kind]);
  if (dimensions === 1) {
    out.int4(items.length);
    out.int4(1);
  }
  for (const item of items) writeCell(out, kind, item);
}

interface Writer {
  int2(value: number): void;
  int4(value: number): void;
  /** Exact within ±2^53. */
  int8(value: number): void;
  /** The length in bytes, the prefix, the text. */
  text(value: string, prefix: string): void;
  bytes(value: Uint8Array): void;
  length(): number;
  take(): Buffer;
}

function openWriter(): Writer {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let end = 0;
  // May replace the buffer: it is called before the buffer is used.
  const reserve = (bytes: number): number => {
    if (end + bytes > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes));
      buffer.copy(larger, 0, 0, end);
      buffer = larger;
    }
    end += bytes;
    return end - bytes;
  };
  return {
    int2(value) {
      const at = reserve(2);
      buffer.writeInt16BE(value, at);
    },
    int4(value) {
      const at = reserve(4);
      buffer.writeInt32BE(value, at);
    },
    int8(value) {
      const at = reserve(8);
      const high = Math.floor(value / 2 ** 32);
      buffer.writeInt32BE(high, at);
      buffer.writeUInt32BE(value - high * 2 ** 32, at + 4);
    },
    text(value, prefix) {
      const lengthAt = reserve(4);
      const at = reserve((prefix.length + value.length) * 3);
      const written = buffer.write(prefix + value, at, 'utf8');
      buffer.writeInt32BE(written, lengthAt);
      end = at + written;
    },
    bytes(value) {
      const at = reserve(value.length);
      buffer.set(value, at);
    },
    length: () => end,
    take() {
      const taken = buffer.subarray(0, end);
      buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      end = 0;
      return taken;
    },
  };
}
