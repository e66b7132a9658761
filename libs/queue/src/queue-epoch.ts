import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

const KEY = 'strata:epoch';

/**
 * A value that lives as long as Redis' memory does. After FLUSHALL, or a restart without its file, it is another
 * one, and every row that was handed over must be handed over again.
 */
export async function readEpoch(redis: Redis): Promise<string> {
  const fresh = randomUUID();
  const known = await redis.set(KEY, fresh, 'NX', 'GET');
  return known ?? fresh;
}
