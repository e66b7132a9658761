import { Worker, createPostgresBackend, withBackend, type WorkerOptions } from 'bullmq';
import type { JobDefinition } from './define-job.js';
import type { QueueConnection } from './queue-connection.js';
import { redisClient } from './redis-client.js';

/** The end of the queue that does the jobs. */
export interface JobConsumer {
  /** Takes no new job, waits for those under way, then closes. */
  close(): Promise<void>;
}

/** What a consumer needs besides the job. */
export interface ConsumerOptions<Data> {
  readonly concurrency: number;
  /** Must end well for every outcome that it knows; a throw is a bug and is told to `onError`. */
  readonly handle: (data: Data) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** Starts taking jobs at once. */
export function openConsumer<Data>(
  connection: QueueConnection,
  job: JobDefinition<Data>,
  options: ConsumerOptions<Data>,
): JobConsumer {
  const settings = {
    concurrency: options.concurrency,
    // A worker that is killed again and again is counted in the inbox (`starts`), not by the queue.
    maxStalledCount: 1_000_000,
    lockDuration: 60_000,
    stalledInterval: 30_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  } satisfies Partial<WorkerOptions>;
  const process = async ({ data }: { data: unknown }): Promise<void> => options.handle(job.parse(data));
  const { worker, disconnect } = openWorker(connection, job.name, process, settings, options.onError);
  worker.on('error', options.onError);
  worker.on('failed', (_job, error) => options.onError(error));
  return {
    async close() {
      await worker.close();
      disconnect();
    },
  };
}

function openWorker(
  connection: QueueConnection,
  name: string,
  process: (job: { data: unknown }) => Promise<void>,
  settings: Partial<WorkerOptions> & { concurrency: number },
  onError: (error: Error) => void,
) {
  switch (connection.kind) {
    case 'postgres': {
      const { Worker: PostgresWorker } = withBackend(createPostgresBackend);
      const pool = { connectionString: connection.databaseUrl, max: Math.max(2, settings.concurrency) };
      return {
        worker: new PostgresWorker(name, process, { ...settings, connection: pool }),
        disconnect: () => undefined,
      };
    }
    case 'redis': {
      const client = redisClient(connection.redisUrl, 'consumer', onError);
      return {
        worker: new Worker(name, process, { ...settings, connection: client }),
        disconnect: () => client.disconnect(),
      };
    }
  }
}
