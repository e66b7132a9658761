import { runMigrations } from 'bullmq';
import pg from 'pg';
import type { QueueConnection } from './queue-connection.js';
import { redisClient } from './redis-client.js';

/**
 * Makes the backend fit for use before anything is handed over: the tables of BullMQ in Postgres, or a look at
 * Redis' settings. Throws when Redis would drop jobs under memory pressure.
 */
export async function prepareQueue(connection: QueueConnection): Promise<void> {
  switch (connection.kind) {
    case 'postgres':
      return migrate(connection.databaseUrl);
    case 'redis':
      return checkPolicy(connection.redisUrl);
  }
}

async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

async function checkPolicy(redisUrl: string): Promise<void> {
  let lastError: Error | undefined;
  const client = redisClient(redisUrl, 'consumer', (error) => (lastError = error));
  try {
    const answer = await Promise.race([client.config('GET', 'maxmemory-policy'), failAfter(10_000, () => lastError)]);
    const policy = Array.isArray(answer) ? String(answer[1]) : 'noeviction';
    if (policy !== 'noeviction') {
      throw new Error(`Redis has maxmemory-policy ${policy}, which may drop jobs: set it to noeviction.`);
    }
  } finally {
    client.disconnect();
  }
}

async function failAfter(timeoutMs: number, cause: () => Error | undefined): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`Redis did not answer within ${timeoutMs} ms`, { cause: cause() })),
      timeoutMs,
    ).unref();
  });
}
