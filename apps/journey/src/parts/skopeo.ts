import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blobsOf, manifestsOf, type ManifestFixture } from '@strata/oci/testing';

const run = promisify(execFile);

/** A real client that pushes to one registry. */
export interface Skopeo {
  /** Pushes under a tag, with everything that an index lists, byte for byte. */
  push(repository: string, tag: string, image: ManifestFixture): Promise<void>;
  /** Deletes the manifest that a tag points at, by its digest, as `skopeo delete` does. */
  delete(repository: string, tag: string): Promise<void>;
}

/** Images reach it as OCI layouts on disk (image-spec, image-layout.md). */
export function skopeoFor(registryUrl: string): Skopeo {
  const host = new URL(registryUrl).host;
  return {
    async push(repository, tag, image) {
      const folder = await mkdtemp(join(tmpdir(), 'strata-layout-'));
      await writeLayout(folder, image);
      const flags = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--dest-tls-verify=false'];
      await run('skopeo', [...flags, `oci:${folder}:pushed`, `docker://${host}/${repository}:${tag}`]);
      await rm(folder, { recursive: true, force: true });
    },
    async delete(repository, tag) {
      await run('skopeo', ['--insecure-policy', 'delete', '--tls-verify=false', `docker://${host}/${repository}:${tag}`]);
    },
  };
}

async function writeLayout(folder: string, image: ManifestFixture): Promise<void> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const { digest, bytes } of [...blobsOf(image), ...manifestsOf(image)]) {
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
  }
  const annotations = { 'org.opencontainers.image.ref.name': 'pushed' };
  const manifests = [{ mediaType: image.mediaType, digest: image.digest, size: image.bytes.length, annotations }];
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
