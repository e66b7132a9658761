import type { Sql } from '@strata/catalog';
import { z } from 'zod';
import type { RecordedStatement } from './recording.js';

/** One node of a plan, as EXPLAIN writes it (PostgreSQL manual, EXPLAIN). */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly 'Rows Removed by Index Recheck'?: number | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    Plans: z.array(planNode).optional(),
  }),
);
const explained = z.tuple([z.object({ Plan: planNode })]);

/** How many rows the statements of a question looked at, and the scan that looked at most of them. */
export interface Visited {
  readonly rows: number;
  readonly most: string;
}

/**
 * Runs the statements under EXPLAIN ANALYZE and adds up what each scan of a table or an index read, rows that a filter
 * then threw away included: what grows with the catalog shows here whatever the machine and the caches do.
 */
export async function visitedRows(
  catalog: Sql,
  waves: readonly (readonly Pick<RecordedStatement, 'text' | 'values'>[])[],
): Promise<Visited> {
  const scans: { readonly name: string; readonly rows: number }[] = [];
  for (const { text, values } of waves.flat()) {
    const { rows } = await catalog.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      [...values],
    );
    collect(explained.parse(rows[0]?.['QUERY PLAN'])[0].Plan, scans);
  }
  const most = scans.reduce((worst, scan) => (scan.rows > worst.rows ? scan : worst), { name: 'none', rows: 0 });
  return { rows: scans.reduce((sum, scan) => sum + scan.rows, 0), most: `${most.name}: ${Math.round(most.rows)}` };
}

function collect(node: PlanNode, scans: { readonly name: string; readonly rows: number }[]): void {
  const table = node['Relation Name'] ?? node['Index Name'];
  if (table !== undefined && node['Node Type'].includes('Scan')) {
    const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    scans.push({
      name: `${node['Node Type']} on ${table}`,
      rows: (node['Actual Rows'] + removed) * node['Actual Loops'],
    });
  }
  for (const inner of node.Plans ?? []) collect(inner, scans);
}
