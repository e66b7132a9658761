import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { discardEmbeddedPostgres, startEmbeddedPostgres } from '@strata/catalog/embedded';
import { freePort } from './free-port.js';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));

/** A migrated database on a server of its own, which may be made to crash. */
export interface TestDatabase {
  readonly url: string;
  /** Ends the server as a crash would, without a checkpoint, and starts it again on the same port. */
  crash(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts one that keeps every promise about durability. */
export async function startDatabase(): Promise<TestDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'strata-database-'));
  const port = await freePort();
  const { url, dataFolder } = await startEmbeddedPostgres({ home, port });
  await run(process.execPath, [CLI, 'migrate'], { env: { ...process.env, DATABASE_URL: url } });
  return {
    url,
    async crash() {
      const pid = Number((await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGQUIT');
      await goneBy(pid);
      await startEmbeddedPostgres({ home, port });
    },
    remove: () => discardEmbeddedPostgres(home),
  };
}

async function goneBy(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
