import type { Sql } from '@strata/catalog';

/** One way in which a hot question is asked. */
export type Variables = Readonly<Record<string, unknown>>;

/** A question that dashboards and reports ask all the time. */
export interface HotQuestion {
  readonly name: string;
  readonly query: string;
  /** Several ways to ask it, taken from what the catalog holds, so that no single row stays in every cache. */
  readonly variants: (catalog: Sql) => Promise<readonly Variables[]>;
  /** How many rows its statements may look at, whatever the size of the catalog. */
  readonly visitedRows: number;
  /** Why it looks at more all the same; docs/performance.md says what that costs. */
  readonly looksAtMore?: string;
}

/** How many ways each question is asked in. */
export const VARIANTS = 12;
