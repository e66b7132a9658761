import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { startProgram, type Program } from './start-program.js';
import { until } from './until.js';

/** A real CNCF Distribution registry, with its notifications pointed at a hook. */
export interface TestRegistry {
  readonly url: string;
  /** Ends it in order; what it has not delivered is lost, as it always is. */
  stop(): Promise<void>;
  /** Starts it again on the same port and files; a new instance of the same registry. */
  start(): Promise<void>;
  /** Stops it and deletes its files. */
  remove(): Promise<void>;
}

/** Where it sends its events. */
export interface Endpoint {
  readonly hookUrl: string;
  readonly secret: string;
}

/**
 * Starts the program `docker-registry` (Debian's name for Distribution) on a free port, with deletion switched on. On a
 * machine with a Docker engine it runs as a container instead when `STRATA_TEST_CONTAINERS` is `on`.
 */
export async function startRegistry(endpoint: Endpoint): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-registry-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = join(folder, 'config.yml');
  await writeFile(settings, JSON.stringify(settingsOf(folder, port, endpoint))); // JSON is YAML
  let program: Program | null = null;
  const start = async (): Promise<void> => {
    program = await startProgram('docker-registry', ['serve', settings]);
    await until(`the registry answers\n${program.output()}`, async () => ((await answers(url)) ? true : null));
  };
  const stop = async (): Promise<void> => program?.end();
  await start();
  return {
    url,
    start,
    stop,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(folder: string, port: number, { hookUrl, secret }: Endpoint): unknown {
  return {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    notifications: {
      endpoints: [
        {
          name: 'strata',
          url: hookUrl,
          headers: { Authorization: [`Bearer ${secret}`] },
          timeout: '2s',
          threshold: 5,
          backoff: '200ms',
        },
      ],
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    (answer) => answer.ok,
    () => false,
  );
}
