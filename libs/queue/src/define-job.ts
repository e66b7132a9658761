import type { z } from 'zod';

/** One kind of job: its name, the ids that it carries, and what makes two hand-overs the same one. */
export interface JobDefinition<Data> {
  readonly name: string;
  readonly parse: (data: unknown) => Data;
  /** BullMQ's job id: no `:`, not digits only; it ignores an id that it still knows. */
  readonly identity: (data: Data) => string;
}

/** Makes a job from a schema, so that what comes out of the queue is checked as it is read. */
export function defineJob<Schema extends z.ZodType>(job: {
  readonly name: string;
  readonly data: Schema;
  readonly identity: (data: z.output<Schema>) => string;
}): JobDefinition<z.output<Schema>> {
  return { name: job.name, parse: (data) => job.data.parse(data), identity: job.identity };
}
