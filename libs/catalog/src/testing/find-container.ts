import { connect } from 'node:net';
import type { ContainerRuntimeClient, GenericContainer } from 'testcontainers';

const ANSWER_MS = 1_000;
const PULL_MS = 20_000;

/**
 * A container of this image, not yet started, where a Docker engine answers within a second at `DOCKER_HOST` (default:
 * its usual socket) and has the image, or can pull it within twenty. Null where the test must look elsewhere: an engine
 * that hangs or has no network is no worse than none. `STRATA_TEST_CONTAINERS=off` always gives null, `on` throws
 * instead of giving null, other values throw. @strata/catalog and @strata/queue, which may not import each other, have
 * this same file each.
 */
export async function findContainer(
  image: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GenericContainer | null> {
  const mode = env['STRATA_TEST_CONTAINERS'];
  if (mode === 'off') return null;
  if (mode !== undefined && mode !== 'on') throw new Error(`STRATA_TEST_CONTAINERS is "on" or "off", not "${mode}"`);
  try {
    await hearEngine(new URL(env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'));
    const { GenericContainer, ImageName, getContainerRuntimeClient, getReaper } = await import('testcontainers');
    const engine = await getContainerRuntimeClient();
    await within(PULL_MS, ensureImage(engine, ImageName.fromString(image)));
    await within(PULL_MS, getReaper(engine)); // it too is an image, and without it no container starts
    return new GenericContainer(image);
  } catch (cause) {
    if (mode === 'on') throw new Error(`There is no Docker engine that can run ${image}`, { cause });
    return null;
  }
}

/** Any answer will do, even a refusal to speak without TLS. The library itself would wait for ever, and Jest with it. */
async function hearEngine({ hostname, port, pathname }: URL): Promise<void> {
  const socket = connect(hostname === '' ? { path: pathname } : { host: hostname, port: Number(port) });
  const heard = new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the engine has hung up')));
  });
  socket.write('GET /_ping HTTP/1.0\r\n\r\n');
  await within(ANSWER_MS, heard).finally(() => socket.destroy());
}

/** A pull that fails half-way ends without an error: only a second look tells. */
async function ensureImage({ image }: ContainerRuntimeClient, name: Image): Promise<void> {
  await image.pull(name);
  if (!(await image.exists(name))) throw new Error(`${name.string} could not be pulled`);
}

type Image = Parameters<ContainerRuntimeClient['image']['pull']>[0];

async function within<T>(limitMs: number, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}
