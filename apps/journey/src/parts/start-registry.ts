import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { startRegistryContainer, type RegistryRun } from './registry-container.js';
import { startProgram } from './start-program.js';
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
 * Starts Distribution on a free port, with deletion and Docker's schema 1 switched on: as a container of `STRATA_TEST_REGISTRY_IMAGE` (see
 * `startRegistryContainer`) where one can be reached, else as the program `docker-registry`, Debian's name for it. There is
 * no URL for it in the environment, because a registry that somebody else started does not know our hook.
 */
export async function startRegistry(
  endpoint: Endpoint,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-registry-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = join(folder, 'config.yml');
  await writeFile(settings, JSON.stringify(settingsOf(folder, port, endpoint))); // JSON is YAML
  let run: RegistryRun | null = null;
  const start = async (): Promise<void> => {
    run = (await startRegistryContainer({ folder, answers: () => answers(url) }, env)) ?? (await startHere(settings));
    await until(`the registry answers\n${run.output()}`, async () => ((await answers(url)) ? true : null));
  };
  const stop = async (): Promise<void> => run?.end();
  const remove = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  await start().catch(async (cause: unknown) => {
    await remove();
    throw cause;
  });
  return {
    url,
    start,
    stop,
    remove,
  };
}

async function startHere(settings: string): Promise<RegistryRun> {
  return startProgram('docker-registry', ['serve', settings]).catch((cause: unknown) => {
    throw new Error('No registry for this test: no Docker engine here with its image, no docker-registry', { cause });
  });
}

function settingsOf(folder: string, port: number, { hookUrl, secret }: Endpoint): unknown {
  return {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    compatibility: { schema1: { enabled: true } },
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
