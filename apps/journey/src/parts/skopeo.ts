import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Digest } from '@strata/oci';
import { blobsOf, manifestsOf, type ManifestFixture } from '@strata/oci/testing';

const run = promisify(execFile);

/** A real client that pushes to one registry. */
export interface Skopeo {
  /** Pushes under a tag, with everything that an index lists, byte for byte. */
  push(repository: string, tag: string, image: ManifestFixture): Promise<void>;
  /** Deletes the manifest that a tag points at, by its digest, as `skopeo delete` does. */
  delete(repository: string, tag: string): Promise<void>;
}

/** Images reach it through its `dir:` transport, which keeps documents of every format byte for byte. */
export function skopeoFor(registryUrl: string): Skopeo {
  const host = new URL(registryUrl).host;
  return {
    async push(repository, tag, image) {
      const folder = await mkdtemp(join(tmpdir(), 'strata-push-'));
      await writeFolder(folder, image);
      const flags = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--dest-tls-verify=false'];
      await run('skopeo', [...flags, `dir:${folder}`, `docker://${host}/${repository}:${tag}`]);
      await rm(folder, { recursive: true, force: true });
    },
    async delete(repository, tag) {
      await run('skopeo', [
        '--insecure-policy',
        'delete',
        '--tls-verify=false',
        `docker://${host}/${repository}:${tag}`,
      ]);
    },
  };
}

async function writeFolder(folder: string, image: ManifestFixture): Promise<void> {
  await writeFile(join(folder, 'version'), 'Directory Transport Version: 1.1\n');
  for (const { digest, bytes } of blobsOf(image)) await writeFile(join(folder, hexOf(digest)), bytes);
  for (const { digest, bytes } of manifestsOf(image)) {
    const name = digest === image.digest ? 'manifest.json' : `${hexOf(digest)}.manifest.json`;
    await writeFile(join(folder, name), bytes);
  }
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
