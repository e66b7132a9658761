import { STORED_WORDS } from '../stored-words.js';

/** Says that a cursor cannot continue this list: it is damaged, or it was given out by a list in another order. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  constructor(readonly reason: 'damaged' | 'other-order') {
    super(
      reason === 'damaged'
        ? 'this cursor was not given out by this catalog'
        : 'this cursor was given out by a list in another order; it cannot continue this one',
    );
  }
}

/** How one part of a cursor looks; what does not match never reaches the database. */
export type KeyKind = 'text' | 'integer' | 'instant' | 'severity';

const PATTERNS: Readonly<Record<KeyKind, RegExp>> = {
  text: /^[^\0]{0,1000}$/su,
  integer: /^-?\d{1,18}$/,
  instant: /^-?\d{1,16}$/, // microseconds since 1970, exact in a double
  severity: new RegExp(`^(?:${STORED_WORDS.severity.join('|')})$`),
};

/** Opaque to callers: the order it belongs to, and where in that order the row stands. */
export function formatCursor(order: string, keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([order, ...keys]), 'utf8').toString('base64url');
}

/** The inverse of `formatCursor`. Throws `CursorError`. */
export function parseCursor(cursor: string, order: string, kinds: readonly KeyKind[]): readonly string[] {
  const [found, ...keys] = readParts(cursor);
  if (found !== order) throw new CursorError('other-order');
  if (keys.length !== kinds.length) throw new CursorError('damaged');
  for (const [index, kind] of kinds.entries()) {
    if (!PATTERNS[kind].test(keys[index] ?? '')) throw new CursorError('damaged');
  }
  return keys;
}

function readParts(cursor: string): readonly string[] {
  if (!/^[A-Za-z0-9_-]{1,4096}$/.test(cursor)) throw new CursorError('damaged');
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length > 0 && parts.every((part) => typeof part === 'string')) return parts;
  } catch {
    // not JSON: the same answer as for JSON of another shape
  }
  throw new CursorError('damaged');
}
