import { z } from 'zod';

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('share of limit'), atLeast: z.number() }),
  z.object({ kind: z.literal('times limit'), atMost: z.number() }),
  z.object({ kind: z.literal('at least'), amount: z.number() }),
  z.object({ kind: z.literal('at most'), amount: z.number() }),
]);

/** What a results file holds; figures are compared within one run, so it says on what they were measured. */
export const BenchResults = z.object({
  at: z.string(),
  machine: z.object({ cpus: z.number(), model: z.string().optional(), node: z.string() }),
  results: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      measured: z.number(),
      limit: z.object({ what: z.string(), measured: z.number() }).nullable(),
      target,
      at: z.string(),
    }),
  ),
});

/** The figures of one file. */
export type BenchResults = z.output<typeof BenchResults>;
