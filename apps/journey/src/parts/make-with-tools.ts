import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A manifest as a tool has written it, with the digest that the tool itself gives it. */
export interface ToolDocument {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** The blob under a digest of this document, such as its config. */
  blob(digest: string): Promise<Uint8Array>;
}

/** How skopeo writes an image down. */
export type SkopeoFormat = 'oci' | 'v2s2' | 'v2s1' | 'zstd';

/** A folder in which umoci has built one image; ends with the test. */
export interface ToolFolder {
  /** The image as umoci has written it. */
  umociImage(): Promise<ToolDocument>;
  /** The index of umoci's layout, which nobody gives a digest. */
  umociIndex(): Promise<Uint8Array>;
  /** The image as skopeo writes it after a conversion, with the digest that `skopeo manifest-digest` computes. */
  skopeoImage(format: SkopeoFormat): Promise<ToolDocument>;
  remove(): Promise<void>;
}

/** Builds an image of two layers with umoci. Throws where a program is missing. */
export async function makeWithTools(config: readonly string[]): Promise<ToolFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-tools-'));
  const tool = (program: string, ...parameters: string[]) => toolIn(folder, program, parameters);
  const image = ['--image', 'layout:v1'];
  await tool('umoci', 'init', '--layout', 'layout');
  await tool('umoci', 'new', ...image);
  await tool('umoci', 'config', ...image, ...config);
  for (const name of ['first', 'second']) {
    await writeFile(join(folder, name), `${name}\n`);
    await tool('umoci', 'insert', ...image, name, `/${name}`);
  }
  const layoutBlob = (digest: string) => readFile(join(folder, 'layout/blobs/sha256', hexOf(digest)));
  const umociIndex = () => readFile(join(folder, 'layout/index.json'));
  return {
    umociIndex,
    async umociImage() {
      const digest = /sha256:[0-9a-f]{64}/.exec((await umociIndex()).toString())?.[0] ?? '';
      return { digest, bytes: await layoutBlob(digest), blob: layoutBlob };
    },
    async skopeoImage(format) {
      const target = format === 'zstd' ? 'oci:zstd:v1' : `dir:${format}`;
      const how = format === 'zstd' ? ['--dest-compress-format', 'zstd', '--dest-compress'] : ['--format', format];
      await tool('skopeo', '--insecure-policy', 'copy', '--quiet', ...how, 'oci:layout:v1', target);
      const blobs = format === 'zstd' ? 'zstd/blobs/sha256' : format;
      const blob = (digest: string) => readFile(join(folder, blobs, hexOf(digest)));
      const index = format === 'zstd' ? (await readFile(join(folder, 'zstd/index.json'))).toString() : '';
      const file =
        format === 'zstd'
          ? join(blobs, hexOf(/sha256:[0-9a-f]{64}/.exec(index)?.[0] ?? ''))
          : `${format}/manifest.json`;
      const digest = (await tool('skopeo', 'manifest-digest', file)).trim();
      return { digest, bytes: await readFile(join(folder, file)), blob };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function toolIn(cwd: string, program: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...parameters], { cwd }).catch((cause: unknown) => {
    throw new Error(`${program} ${parameters.join(' ')} did not work; is ${program} installed?`, { cause });
  });
  return stdout;
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
