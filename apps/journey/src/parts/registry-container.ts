import { userInfo } from 'node:os';
import { findContainer } from '@strata/queue/testing';
import type { StartedTestContainer } from 'testcontainers';
import type { Program } from './start-program.js';
import { until } from './until.js';

/** One run of a registry, as a program of this machine or in a container. */
export type RegistryRun = Pick<Program, 'output' | 'end'>;

/** What Distribution is started with; `folder` holds `config.yml` and whatever that names. */
export interface RegistryPlace {
  readonly folder: string;
  readonly answers: () => Promise<boolean>;
}

const REACHED_MS = 5_000;
const STOP_MS = 10_000;

/**
 * Distribution in a container of `STRATA_TEST_REGISTRY_IMAGE` (see `findContainer`): on the network of this machine,
 * because the hook listens on its loopback alone, and as the user who will delete the folder. An engine on another
 * machine, in a virtual one or without root has a network of its own. There the registry is never reached, and the
 * answer is null, or an error where `STRATA_TEST_CONTAINERS` is `on`.
 */
export async function startRegistryContainer(
  { folder, answers }: RegistryPlace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryRun | null> {
  const found = await findContainer(env['STRATA_TEST_REGISTRY_IMAGE'] ?? 'registry:3', env);
  if (found === null) return null;
  let printed = '';
  let container: StartedTestContainer | null = null;
  try {
    const { uid, gid } = userInfo();
    const started = await found
      .withNetworkMode('host')
      .withUser(`${uid}:${gid}`)
      .withBindMounts([{ source: folder, target: folder }])
      .withCommand(['serve', `${folder}/config.yml`])
      .withLogConsumer((lines) => lines.on('data', (line: Buffer | string) => (printed += line.toString())))
      .start();
    container = started;
    await until('the container answers', async () => ((await answers()) ? true : null), { limitMs: REACHED_MS });
    return { output: () => printed, end: async () => void (await started.stop({ timeout: STOP_MS })) };
  } catch (cause) {
    await container?.stop();
    if (env['STRATA_TEST_CONTAINERS'] === 'on')
      throw new Error(`A registry in a container cannot be reached from here:\n${printed}`, { cause });
    return null;
  }
}
