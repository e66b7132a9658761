import type { Digest } from '@strata/oci';
import { anImage } from '@strata/oci/testing';
import { openRegistry, type RegistryOptions } from '../open-registry.js';
import { RegistryError } from '../registry-error.js';
import type { Registry, RegistryAccess } from '../registry.js';
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './start-fake-registry.js';

/** The repository and image that every wire test of this library starts from. */
export const REPOSITORY = 'team/app';
/** An OCI image for linux/amd64. */
export const IMAGE = anImage({ seed: 'scene' });
/** Its manifest as a registry holds it. */
export const MANIFEST = { mediaType: IMAGE.mediaType, bytes: Buffer.from(IMAGE.bytes) };
/** Its config blob. */
export const CONFIG = Buffer.from(IMAGE.config.bytes);
/** Of its config. */
export const CONFIG_DIGEST: Digest = IMAGE.config.digest;
/** Of its manifest. */
export const DIGEST: Digest = IMAGE.digest;

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
