import { findChangeHorizon, readPosition } from '../change/find-changes.js';
import { inTransaction, type Catalog } from '../open-catalog.js';

/** A webhook as the operator configured it, without what may be secret. */
export interface ConfiguredWebhook {
  readonly name: string;
  /** Scheme, host and port. */
  readonly target: string;
  /** SHA-256 of the whole address. */
  readonly addressHash: Uint8Array;
}

// One that comes back is new: it hears what is committed from now on. Another address is another receiver.
const UPSERT = `
  INSERT INTO webhook AS known (name, target, address_hash, position_xid, position_id)
  SELECT name, target, address_hash, $4, $5
    FROM unnest($1::text[], $2::text[], $3::bytea[]) AS configured (name, target, address_hash) ORDER BY name
  ON CONFLICT (name) DO UPDATE
     SET target = excluded.target, address_hash = excluded.address_hash, removed_at = NULL,
         state = 'active', state_reason = NULL, paused_until = NULL, troubles = 0,
         position_xid = CASE WHEN known.removed_at IS NULL THEN known.position_xid ELSE excluded.position_xid END,
         position_id = CASE WHEN known.removed_at IS NULL THEN known.position_id ELSE excluded.position_id END,
         lost_since = CASE WHEN known.removed_at IS NULL THEN known.lost_since END
   WHERE known.removed_at IS NOT NULL OR known.address_hash <> excluded.address_hash`;

const REMOVE = `
  WITH removed AS (
    UPDATE webhook SET removed_at = $2, test_asked_at = NULL
     WHERE removed_at IS NULL AND name <> ALL ($1::text[]) RETURNING id
  )
  UPDATE delivery SET state = 'failed', last_error = 'the webhook was removed', ended_at = $2
    FROM removed WHERE delivery.webhook_id = removed.id AND delivery.state = 'waiting'`;

// A database that was restored elsewhere counts its transactions anew: such a position would be in the future.
const BRING_BACK = `
  UPDATE webhook SET position_xid = $1, position_id = $2, lost_since = coalesce(lost_since, $3)
   WHERE removed_at IS NULL AND position_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

/**
 * Gives every configured webhook its row, however many processes start at once, and returns name → id. A new one hears
 * what is committed from now on. One that is configured no longer is told nothing more, and what was to be sent to it has
 * failed. Names must be unique (the configuration sees to it).
 */
export async function recordWebhooks(
  catalog: Catalog,
  webhooks: readonly ConfiguredWebhook[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const horizon = await findChangeHorizon(catalog.pool);
  const { xid, id } = readPosition(horizon.position);
  const names = webhooks.map(({ name }) => name);
  return inTransaction(catalog, async (sql) => {
    await sql.query(UPSERT, [
      names,
      webhooks.map(({ target }) => target),
      webhooks.map(({ addressHash }) => addressHash),
      xid,
      id,
    ]);
    await sql.query(REMOVE, [names, now]);
    await sql.query(BRING_BACK, [xid, id, now]);
    const found = await sql.query<{ name: string; id: number }>(
      'SELECT name, id FROM webhook WHERE name = ANY ($1::text[])',
      [names],
    );
    return new Map(found.rows.map((row) => [row.name, row.id]));
  });
}
