import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseManifest, type Digest } from '@strata/oci';
import { blobsOf, manifestsOf, type ManifestFixture } from '@strata/oci/testing';

const run = promisify(execFile);

/** What a client has pulled: every blob was checked against its digest. */
export interface Pulled {
  readonly mediaType: string;
  readonly config: string;
  readonly layers: readonly string[];
}

/** A real client that pushes to one registry, and pulls from it. */
export interface Skopeo {
  /** Pushes under a tag, with everything that an index lists, byte for byte. */
  push(repository: string, tag: string, image: ManifestFixture): Promise<void>;
  /** Pulls what a client of that architecture runs, and gives what it got. */
  pull(repository: string, tag: string, architecture: string): Promise<Pulled>;
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
    async pull(repository, tag, architecture) {
      const folder = await mkdtemp(join(tmpdir(), 'strata-pull-'));
      const flags = ['--insecure-policy', '--override-os', 'linux', '--override-arch', architecture, 'copy'];
      await run('skopeo', [
        ...flags,
        '--src-tls-verify=false',
        `docker://${host}/${repository}:${tag}`,
        `dir:${folder}`,
      ]);
      const manifest = parseManifest(await readFile(join(folder, 'manifest.json')), { contentType: null });
      await rm(folder, { recursive: true, force: true });
      if (manifest.kind !== 'image') throw new Error(`skopeo pulled what is no image: ${manifest.kind}`);
      const { mediaType, config, layers } = manifest;
      return { mediaType, config: config.digest, layers: layers.map(({ digest }) => digest) };
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
