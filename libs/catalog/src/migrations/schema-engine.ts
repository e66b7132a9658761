import { Worker } from 'node:worker_threads';

/** What the engine can be asked for; `script` is the SQL that makes the tables of `schema.prisma` in an empty database. */
export type EngineTask = 'apply' | 'script';

/**
 * Runs Prisma's schema engine, as WebAssembly, so that migrating needs no download (docs/decisions). It runs in a
 * thread of its own, because the engine keeps memory and timers for as long as its thread lives.
 */
export async function runSchemaEngine(task: EngineTask, databaseUrl: string): Promise<readonly string[]> {
  const worker = new Worker(new URL('./schema-engine-thread.js', import.meta.url), {
    workerData: { task, databaseUrl },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    return await new Promise<readonly string[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (status) => reject(new Error(`the schema engine ended with ${status} and no answer`)));
    });
  } finally {
    await worker.terminate();
  }
}
