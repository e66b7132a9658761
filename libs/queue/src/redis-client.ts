import { Redis } from 'ioredis';

/**
 * A connection to Redis as BullMQ wants it: producers fail soon while Redis is away (the relay tries again),
 * consumers wait for it to come back.
 */
export function redisClient(redisUrl: string, role: 'producer' | 'consumer', onError: (error: Error) => void): Redis {
  const client = new Redis(redisUrl, {
    maxRetriesPerRequest: role === 'producer' ? 1 : null,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  client.on('error', onError);
  return client;
}
