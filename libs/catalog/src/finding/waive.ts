import { inTransaction, type Catalog } from '../open-catalog.js';
import { storable } from '../filter/text-filter.js';
import { findFindingsById, type FindingRow } from './find-findings.js';

/** What is wrong with a waiver. */
export type WaiverErrorCode = 'unknown-finding' | 'closed' | 'not-later' | 'too-late' | 'no-reason' | 'reason-too-long';

/** Says that a finding is not accepted so. */
export class WaiverError extends Error {
  override readonly name = 'WaiverError';
  constructor(
    readonly code: WaiverErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** For longer, nobody who decides will be there to answer for it. */
export const MAX_WAIVER_YEARS = 5;

/** Characters of a reason. */
export const MAX_REASON_CHARS = 2_000;

/** What somebody accepts. */
export interface WaiverToWrite {
  readonly findingId: bigint;
  readonly until: Date;
  readonly reason: string;
  readonly by: string;
  readonly now: Date;
}

/**
 * Accepts an open finding until a moment. It stays open and is found again when the waiver is over; a later waiver counts
 * instead of an earlier one, also to make it shorter. Throws `WaiverError`.
 */
export async function waive(catalog: Catalog, waiver: WaiverToWrite): Promise<FindingRow> {
  const { findingId, until, by, now } = waiver;
  checkUntil(until, now);
  const reason = checkedReason(waiver.reason);
  return inTransaction(catalog, async (db) => {
    const { rows } = await db.query<{ closed: boolean }>(
      'SELECT closed_at IS NOT NULL AS closed FROM finding WHERE id = $1 FOR UPDATE',
      [findingId],
    );
    const [known] = rows;
    if (known === undefined) throw new WaiverError('unknown-finding', 'there is no such finding');
    if (known.closed) throw new WaiverError('closed', 'this finding is closed: there is nothing left to accept');
    await db.query('INSERT INTO waiver (finding_id, until_at, reason, "by", created_at) VALUES ($1, $2, $3, $4, $5)', [
      findingId,
      until,
      reason,
      by,
      now,
    ]);
    const [finding] = await findFindingsById(db, [findingId]);
    if (!finding) throw new Error('a finding that is locked was not found');
    return finding;
  });
}

function checkUntil(until: Date, now: Date): void {
  if (until.getTime() <= now.getTime()) throw new WaiverError('not-later', 'a waiver ends later than now');
  const last = new Date(now);
  last.setUTCFullYear(last.getUTCFullYear() + MAX_WAIVER_YEARS);
  if (until.getTime() > last.getTime())
    throw new WaiverError('too-late', `a waiver ends within ${MAX_WAIVER_YEARS} years, by ${last.toISOString()}`);
}

function checkedReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || !storable(reason)) throw new WaiverError('no-reason', 'a waiver says why, in words');
  if (reason.length > MAX_REASON_CHARS)
    throw new WaiverError('reason-too-long', `a reason has at most ${MAX_REASON_CHARS} characters`);
  return reason;
}
