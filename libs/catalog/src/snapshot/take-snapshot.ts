import { digestOf } from '@strata/oci';
import { formatReport, REPORT_MEDIA_TYPES, signBytes, type ReportFormat } from '@strata/report';
import { digestToBytes } from '../digest-bytes.js';
import type { Catalog, Sql } from '../open-catalog.js';
import { makeReport } from '../report/make-report.js';
import type { ReportRequest } from '../report/report-request.js';
import { lastDue, type SnapshotInterval } from './last-due.js';

/** A report that is kept again and again. */
export interface SnapshotPlan {
  readonly name: string;
  /** What is asked at a moment: a filter may say times as so long ago. */
  readonly request: (now: Date) => ReportRequest;
  readonly format: ReportFormat;
  readonly interval: SnapshotInterval;
  /** Time of day in UTC, in milliseconds after midnight. */
  readonly atMs: number;
  /** How many are kept; the oldest are forgotten. */
  readonly keep: number;
  /** An Ed25519 private key in PEM; null for snapshots that are not signed. */
  readonly signingKey: string | null;
}

/** Says that a report is too much to be kept. */
export class SnapshotTooLargeError extends Error {
  override readonly name = 'SnapshotTooLargeError';
}

const MAX_BYTES = 64 * 1024 * 1024;

/** The first half of the two numbers of the lock under which one process makes a snapshot; the other is of its name. */
const LOCK = 1_936_617_316;

/**
 * Takes the snapshot that is due, if it is and nobody else does: one per moment of the plan, and one for all the moments
 * that were missed. Returns whether it did. The report is made without a transaction that writes, because a long one would
 * hold back the feed of changes. Throws `SnapshotTooLargeError`, `SigningKeyError`, and what `makeReport` does.
 */
export async function takeSnapshot(catalog: Catalog, plan: SnapshotPlan, now: Date): Promise<boolean> {
  const dueAt = lastDue(plan.interval, plan.atMs, now);
  if (await isTaken(catalog.pool, plan, dueAt)) return false;
  const holder = await catalog.pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await holder.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS held', [
      LOCK,
      plan.name,
    ]);
    if (rows[0]?.held !== true) return false;
    try {
      if (await isTaken(holder, plan, dueAt)) return false;
      await makeAndKeep(catalog, plan, { dueAt, now });
      return true;
    } finally {
      await holder
        .query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK, plan.name])
        .catch((error: Error) => (broken = error)); // the lock goes with its connection
    }
  } finally {
    holder.release(broken);
  }
}

async function isTaken(db: Sql, { name }: SnapshotPlan, dueAt: Date): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM snapshot WHERE name = $1 AND due_at >= $2 LIMIT 1', [name, dueAt]);
  return rows.length > 0;
}

const KEEP = `
  INSERT INTO snapshot (name, report, parameters, revision, as_of, digest, media_type, bytes, signature, key_id, due_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (name, due_at) DO NOTHING`;

const FORGET = `
  DELETE FROM snapshot WHERE id IN (SELECT id FROM snapshot WHERE name = $1 ORDER BY due_at DESC OFFSET $2)`;

async function makeAndKeep(
  catalog: Catalog,
  { name, request, format, keep, signingKey }: SnapshotPlan,
  { dueAt, now }: { readonly dueAt: Date; readonly now: Date },
): Promise<void> {
  const report = await makeReport(catalog, request(now), now);
  const bytes = formatReport(report, format) ?? new Uint8Array();
  if (bytes.length > MAX_BYTES)
    throw new SnapshotTooLargeError(`the report has ${bytes.length} bytes, and at most ${MAX_BYTES} are kept`);
  const signature = signingKey === null ? null : signBytes(bytes, signingKey);
  await catalog.pool.query(KEEP, [
    ...[name, report.report, JSON.stringify(report.parameters), report.revision, report.asOf],
    ...[digestToBytes(digestOf(bytes)), REPORT_MEDIA_TYPES[format], bytes],
    ...[signature?.bytes ?? null, signature?.keyId ?? null, dueAt, now],
  ]);
  await catalog.pool.query(FORGET, [name, keep]);
}
