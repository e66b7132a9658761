import { z } from 'zod';
import { defineJob } from './define-job.js';

/** Which inbox row to work on, and in which hand-over: a worker that finds another generation leaves it alone. */
export const handleEventJob = defineJob({
  name: 'handle-event',
  data: z.object({ event: z.string().regex(/^\d{1,19}$/), generation: z.number().int().nonnegative() }),
  identity: ({ event, generation }) => `e${event}g${generation}`,
});
