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

/** What the catalog knows of a source's events. */
export function checkEvents(rows: KnownRows, name: string): readonly Finding[] {
  const found = (verdict: Finding['verdict'], text: string): Finding => ({ verdict, about: 'events', text });
  if (rows instanceof StartError) return [found('wrong', rows.message)];
  const row = rows.get(name);
  if (row === undefined || row.lastEventAt === null) {
    return [found('note', 'none so far: push something once the sender is set up, and look again')];
  }
  const last = `the last one came at ${row.lastEventAt.toISOString()}; ${row.waiting} waiting`;
  const findings = [found('ok', last)];
  if (row.quarantined > 0) {
    const detail = `${row.quarantined} could not be handled: strata events --source ${name} --state quarantined`;
    findings.push(found('note', detail));
  }
  if (row.state !== 'healthy') findings.push(found('note', `the worker finds its registry ${row.state}`));
  return findings;
}
