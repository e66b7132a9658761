import type { Catalog, Sql } from '../open-catalog.js';
import { createSignal, type Signal } from '../signal/create-signal.js';

/** The channel on which those who follow the changes listen. */
export const CHANGE_CHANNEL = 'strata_change';

/** Transactions under way that have written changes. */
const noted = new WeakSet<Sql>();

/** One per pool, so that a busy process notifies as seldom as `createSignal` says. */
const signals = new WeakMap<Catalog['pool'], Signal>();

/** Has `inTransaction` tell the followers once this transaction is committed. */
export function noteChanges(sql: Sql): void {
  noted.add(sql);
}

/** What `inTransaction` does at the end of every transaction: tells the followers of one that was committed. */
export function signalChanges(sql: Sql, pool: Catalog['pool'], end: 'committed' | 'rolled-back'): void {
  if (!noted.delete(sql) || end === 'rolled-back') return;
  const signal = signals.get(pool) ?? createSignal({ pool }, CHANGE_CHANNEL);
  signals.set(pool, signal);
  signal.raise();
}
