import { digestOf, type Digest } from '@strata/oci';
import { openRegistry, type RegistryOptions } from '../open-registry.js';
import { RegistryError } from '../registry-error.js';
import type { Registry, RegistryAccess } from '../registry.js';
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './start-fake-registry.js';

/** The repository, manifest and config that every wire test of this library starts from. */
export const REPOSITORY = 'team/app';
/** A config blob. */
export const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
/** An OCI image manifest that names `CONFIG`. */
export const MANIFEST = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  bytes: Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(CONFIG),
        size: CONFIG.byteLength,
      },
      layers: [],
    }),
  ),
};
/** Of `MANIFEST`. */
export const DIGEST: Digest = digestOf(MANIFEST.bytes);

/** A fake registry that holds the manifest as `team/app:1.0`, and a client that reads it. */
export interface Scene {
  readonly fake: FakeRegistry;
  readonly registry: Registry;
  close(): Promise<void>;
}

/** Sets it up; loopback is allowed unless the access says otherwise. */
export async function openScene(
  setup: FakeRegistryOptions = {},
  options: RegistryOptions = {},
  access: Partial<RegistryAccess> = {},
): Promise<Scene> {
  const fake = await startFakeRegistry(setup);
  fake.put(REPOSITORY, '1.0', MANIFEST);
  fake.putBlob(REPOSITORY, CONFIG);
  const registry = openRegistry(
    { baseUrl: fake.url, credentials: null, allowPrivateNetwork: true, ...access },
    options,
  );
  return {
    fake,
    registry,
    async close() {
      await registry.close();
      await fake.close();
    },
  };
}

/** The error that a question ended in; anything but a `RegistryError` fails the test. */
export async function refusalOf(question: Promise<unknown>): Promise<RegistryError> {
  const error: unknown = await question.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof RegistryError) return error;
  throw error;
}
