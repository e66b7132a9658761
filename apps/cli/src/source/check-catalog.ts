import { findSources, type SourceRow } from '@strata/catalog';
import { StartError } from '@strata/runtime';
import type { Tools } from '../command.js';
import { withCatalog } from '../database.js';
import type { Finding } from './finding.js';

/** The rows of all sources by name, or why there are none to be had. */
export type KnownRows = ReadonlyMap<string, SourceRow> | StartError;

/** Reads how the sources are doing; a catalog that is not there is no reason to say nothing at all. */
export async function readSourceRows(tools: Tools): Promise<KnownRows> {
  try {
    const rows = await withCatalog(tools, ({ pool }) => findSources(pool));
    return new Map(rows.map((row) => [row.name, row]));
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
}

/** What the catalog knows of a source: its events, how its registry is doing, and what a crawl asks. */
export function checkCatalog(rows: KnownRows, name: string): readonly Finding[] {
  if (rows instanceof StartError) return [{ verdict: 'wrong', about: 'events', text: rows.message }];
  const row = rows.get(name);
  return row === undefined ? [NO_EVENTS] : [...eventsOf(row), ...troubleOf(row)];
}

const NO_EVENTS: Finding = {
  verdict: 'note',
  about: 'events',
  text: 'none so far: push something once the sender is set up, and look again',
};

function eventsOf({ name, lastEventAt, waiting, quarantined }: SourceRow): readonly Finding[] {
  if (lastEventAt === null) return [NO_EVENTS];
  const text = `the last one came at ${lastEventAt.toISOString()}; ${waiting} waiting`;
  const last: Finding = { verdict: 'ok', about: 'events', text };
  if (quarantined === 0) return [last];
  const detail = `${quarantined} could not be handled: strata events --source ${name} --state quarantined`;
  return [last, { verdict: 'note', about: 'events', text: detail }];
}

function troubleOf({ state, question }: SourceRow): readonly Finding[] {
  const isExplained = state === 'healthy' || (state === 'degraded' && question !== null);
  const trouble: Finding = { verdict: 'note', about: 'registry', text: `the worker finds it ${state}` };
  return [
    ...(isExplained ? [] : [trouble]),
    ...(question === null ? [] : [{ verdict: 'note', about: 'crawl', text: `it asks: ${question}` } as const]),
  ];
}
