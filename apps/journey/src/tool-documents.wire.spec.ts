import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkConfigFits,
  digestOf,
  layersOf,
  parseImageConfig,
  parseManifest,
  schema1Payload,
  type ImageConfig,
  type Manifest,
} from '@strata/oci';
import { EMPTY_LAYER } from '@strata/oci/testing';
import { makeWithTools, type ToolDocument, type ToolFolder } from './parts/make-with-tools.js';

let tools: ToolFolder;
beforeAll(async () => {
  tools = await makeWithTools([
    ...['--architecture', 'arm64', '--config.cmd', '/bin/app', '--config.env', 'A=1', '--config.label', 'a=b'],
    ...['--config.user', '1000', '--config.workingdir', '/w', '--config.exposedports', '80/tcp', '--author', 'team'],
  ]);
}, 60_000);
afterAll(() => tools.remove());

const parse = ({ bytes }: Pick<ToolDocument, 'bytes'>): Manifest => parseManifest(bytes, { contentType: null });
const digestsOf = (manifest: Manifest) => layersOf(manifest).map(({ digest }) => digest);

async function configOf(document: ToolDocument): Promise<ImageConfig> {
  const manifest = parse(document);
  if (manifest.kind !== 'image') throw new Error(`this is of kind ${manifest.kind}`);
  const bytes = await document.blob(manifest.config.digest);
  expect(digestOf(bytes)).toBe(manifest.config.digest);
  const config = parseImageConfig(bytes);
  expect([...config.warnings, ...checkConfigFits(manifest, config)]).toEqual([]);
  return config;
}

describe('an image as real tools write it', () => {
  const written: readonly (readonly [string, string, () => Promise<ToolDocument>])[] = [
    ['umoci', 'oci-image', () => tools.umociImage()],
    ['skopeo, as OCI', 'oci-image', () => tools.skopeoImage('oci')],
    ['skopeo, compressed by zstd', 'oci-image', () => tools.skopeoImage('zstd')],
    ['skopeo, as Docker schema 2', 'docker-schema2', () => tools.skopeoImage('v2s2')],
    ['skopeo, as Docker schema 1', 'docker-schema1', () => tools.skopeoImage('v2s1')],
  ];

  it.each(written)('has the digest that its tool gives it, and nothing odd: %s', async (_, format, make) => {
    const document = await make();
    expect(parse(document)).toMatchObject({ format, digest: document.digest, warnings: [] });
  });

  it.each(written.slice(0, 4))('says in its config what the tool was told: %s', async (_tool, _format, make) => {
    expect(await configOf(await make())).toMatchObject({
      platform: { os: 'linux', architecture: 'arm64' },
      author: 'team',
      user: '1000',
      cmd: ['/bin/app'],
      env: ['A=1'],
      workingDir: '/w',
      exposedPorts: ['80/tcp'],
      labels: new Map([['a', 'b']]),
    });
  });

  it('stands in an index that has no type of its own', async () => {
    const index = parse({ bytes: await tools.umociIndex() });
    const { digest } = await tools.umociImage();
    expect(index).toMatchObject({
      kind: 'index',
      format: 'oci-index',
      entries: [{ kind: 'platform', descriptor: { digest } }],
    });
  });

  it('is signed in schema 1, and says there what its config says elsewhere', async () => {
    const document = await tools.skopeoImage('v2s1');
    const manifest = parse(document);
    expect(digestOf(schema1Payload(document.bytes) ?? Buffer.alloc(0))).toBe(document.digest);
    expect(manifest).toMatchObject({
      kind: 'schema1',
      platform: { os: 'linux', architecture: 'arm64' },
      author: 'team',
      settings: { user: '1000', cmd: ['/bin/app'], labels: new Map([['a', 'b']]) },
      signature: { state: 'verified', keys: [{ algorithm: 'ES256' }] },
    });
  });

  it('has the same layers in every format, base first, with empty ones between them in schema 1', async () => {
    const [oci, docker, schema1] = await Promise.all(
      (['oci', 'v2s2', 'v2s1'] as const).map(async (format) => parse(await tools.skopeoImage(format))),
    );
    expect(digestsOf(docker!)).toEqual(digestsOf(oci!));
    expect(digestsOf(schema1!).filter((digest) => digest !== EMPTY_LAYER)).toEqual(digestsOf(oci!));
    expect(schema1?.kind === 'schema1' && schema1.layers.map(({ throwaway }) => throwaway)).toEqual(
      digestsOf(schema1!).map((digest) => digest === EMPTY_LAYER),
    );
  });
});
