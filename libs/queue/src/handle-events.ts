import { z } from 'zod';
import { defineJob } from './define-job.js';

/** Which rows of the inbox to work on, and in which hand-over: a worker that finds another generation leaves a row alone. */
export const handleEventsJob = defineJob({
  name: 'handle-events',
  data: z.object({
    events: z
      .array(z.object({ event: z.string().regex(/^\d{1,19}$/), generation: z.number().int().nonnegative() }))
      .min(1)
      .max(100)
      .readonly(),
  }),
  // A row is in one job of each hand-over, so the first one names the job.
  identity: ({ events: [first] }) => `e${first?.event}g${first?.generation}`,
});
