import { afterEach } from '@jest/globals';
import { digestOf, type Digest } from '@strata/oci';
import type { RegistryOptions } from '../open-registry.js';
import { openRegistryWriter } from '../write/open-registry-writer.js';
import type { BlobToUpload, RegistryWriter } from '../write/registry-writer.js';
import { openScene, type Scene } from './scene.js';
import type { FakeRegistryOptions } from './start-fake-registry.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Who may write there. */
export const WRITER = { username: 'writer', password: 'may write' };

/** A scene with a writer. */
export interface WritingScene extends Scene {
  readonly writer: RegistryWriter;
  /** Methods of the requests that write, in order, with their paths cut at what is random. */
  readonly writes: () => readonly string[];
}

/** `team/app:1.0` with its config, and a writer; closed after the test. */
export async function writingScene(
  setup: FakeRegistryOptions = {},
  options: RegistryOptions = {},
): Promise<WritingScene> {
  const made = await openScene(setup);
  const access = { baseUrl: made.fake.url, credentials: WRITER, allowPrivateNetwork: true };
  const writer = openRegistryWriter(access, options);
  opened.push(made, writer);
  const writes = () =>
    made.fake.requests
      .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !path.startsWith('/token'))
      .map(
        ({ method, path }) =>
          `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID').replace(/(\w{7})\w{57}/g, '$1')}`,
      );
  return { ...made, writer, writes };
}

/** A blob that comes in parts, as from a network. */
export function blobOf(bytes: Uint8Array, digest: Digest = digestOf(bytes)): BlobToUpload {
  return { digest, sizeBytes: bytes.byteLength, open: async () => inParts(bytes) };
}

async function* inParts(bytes: Uint8Array, partBytes = 700_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += partBytes) yield bytes.subarray(at, at + partBytes);
}

/** Some content. */
export const SMALL = Buffer.from('a small blob');
