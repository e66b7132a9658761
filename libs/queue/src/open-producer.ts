import { Queue, createPostgresBackend, withBackend, type QueueOptions } from 'bullmq';
import type { JobDefinition } from './define-job.js';
import { readEpoch } from './queue-epoch.js';
import type { QueueConnection } from './queue-connection.js';
import { redisClient } from './redis-client.js';

/** The end of the queue that takes jobs. */
export interface JobProducer<Data> {
  /** Hands over in bulk; a job whose identity is still known is ignored. Throws while the backend is away. */
  add(jobs: readonly Data[]): Promise<void>;
  /** Changes when the backend has lost its memory, so that everything handed over must be handed over again. */
  epoch(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the producing end of one kind of job. Errors of the connection go to `onError`; they mend themselves. */
export function openProducer<Data>(
  connection: QueueConnection,
  job: JobDefinition<Data>,
  onError: (error: Error) => void,
): JobProducer<Data> {
  const { queue, epoch, disconnect } = openQueue(connection, job.name, onError);
  queue.on('error', onError);
  return {
    async add(jobs) {
      if (jobs.length === 0) return;
      await queue.addBulk(jobs.map((data) => ({ name: job.name, data, opts: optionsOf(job.identity(data)) })));
    },
    epoch,
    async close() {
      await queue.close();
      disconnect();
    },
  };
}

/** Retries live in the inbox, so a job runs once and leaves nothing behind. */
function optionsOf(jobId: string) {
  return { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true } as const;
}

function openQueue(connection: QueueConnection, name: string, onError: (error: Error) => void) {
  const defaults = { skipWaitingForReady: true } satisfies Partial<QueueOptions>;
  switch (connection.kind) {
    case 'postgres': {
      const { Queue: PostgresQueue } = withBackend(createPostgresBackend);
      const pool = { connectionString: connection.databaseUrl, max: 2 };
      const queue = new PostgresQueue(name, { ...defaults, connection: pool });
      return { queue, epoch: async () => 'postgres', disconnect: () => undefined };
    }
    case 'redis': {
      const client = redisClient(connection.redisUrl, 'producer', onError);
      const queue = new Queue(name, { ...defaults, connection: client });
      return { queue, epoch: () => readEpoch(client), disconnect: () => client.disconnect() };
    }
  }
}
