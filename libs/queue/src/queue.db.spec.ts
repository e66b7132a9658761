import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { startRedis, type TestRedis } from './testing.js';
import { handleEventsJob, openConsumer, openProducer, prepareQueue, type QueueConnection } from './index.js';

const fail = (error: Error): void => {
  throw error;
};

const jobOf = (event: string, generation: number) => ({ events: [{ event, generation }] });

describe.each(['postgres', 'redis'] as const)('the queue on %s', (kind) => {
  let database: FreshDatabase;
  let redis: TestRedis | null = null;
  let connection: QueueConnection;

  beforeAll(async () => {
    database = await freshDatabase();
    if (kind === 'redis') redis = await startRedis(process.env);
    connection =
      redis === null ? { kind: 'postgres', databaseUrl: database.url } : { kind: 'redis', redisUrl: redis.url };
    await prepareQueue(connection);
  }, 60_000);
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
  });

  it('brings every job that is handed over to a consumer, once', async () => {
    const producer = openProducer(connection, handleEventsJob, fail);
    const seen: string[] = [];
    const jobs = Array.from({ length: 50 }, (_, index) => jobOf(String(index + 1), 1));
    await producer.add(jobs);
    await producer.add(jobs.slice(0, 10)); // the same hand-over again
    const consumer = openConsumer(connection, handleEventsJob, {
      concurrency: 4,
      handle: async ({ events }) => void seen.push(...events.map(({ event }) => event)),
      onError: fail,
    });
    while (seen.length < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    await consumer.close();
    await producer.close();
    expect(new Set(seen).size).toBe(50);
    expect(seen).toHaveLength(50);
  });

  it('takes the same event again in its next generation, although the former one was done', async () => {
    const producer = openProducer(connection, handleEventsJob, fail);
    const seen: number[] = [];
    const consumer = openConsumer(connection, handleEventsJob, {
      concurrency: 1,
      handle: async ({ events }) => void seen.push(...events.map(({ generation }) => generation)),
      onError: fail,
    });
    for (const generation of [1, 2]) {
      await producer.add([jobOf('7', generation)]);
      while (seen.length < generation) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await consumer.close();
    await producer.close();
    expect(seen).toEqual([1, 2]);
  });

  it('waits for the job under way when it is closed', async () => {
    const producer = openProducer(connection, handleEventsJob, fail);
    let begun = false;
    let ended = false;
    const consumer = openConsumer(connection, handleEventsJob, {
      concurrency: 1,
      handle: async () => {
        begun = true;
        await new Promise((resolve) => setTimeout(resolve, 200));
        ended = true;
      },
      onError: fail,
    });
    await producer.add([jobOf('9', 1)]);
    while (!begun) await new Promise((resolve) => setTimeout(resolve, 5));
    await consumer.close();
    await producer.close();
    expect(ended).toBe(true);
  });

  it('tells by its epoch that its memory was erased', async () => {
    const producer = openProducer(connection, handleEventsJob, fail);
    const before = await producer.epoch();
    expect(await producer.epoch()).toBe(before);
    await redis?.erase();
    expect((await producer.epoch()) === before).toBe(redis === null);
    await producer.close();
  });
});
