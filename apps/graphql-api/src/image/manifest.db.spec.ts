import { describe, expect, it } from '@jest/globals';
import { freshDatabase } from '@strata/catalog/testing';
import { fillSmallCatalog, fixtures, minute } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { startApi } from '../testing/start-api.js';

const { answer } = askSmallCatalog();

const ONE = 'one.example';
const { base, baseAmd64, legacy, sbom, chart, ambiguous, missing, broken } = fixtures;

describe('a manifest', () => {
  it('is at several registries, in the order in which it got there, also where it is no longer', async () => {
    const query = `query($d: Digest!, $after: String) {
      manifest(digest: $d) {
        placements(first: 1, after: $after) {
          totalCount nodes { repository { name registry { host } } firstSeenAt via goneAt } pageInfo { hasNextPage endCursor }
        }
      }
    }`;
    type Page = {
      readonly manifest: { readonly placements: { readonly nodes: unknown; readonly pageInfo: { endCursor: string } } };
    };
    const first = (await answer(query, { d: baseAmd64.digest })) as Page;
    const place = (host: string, n: number) => ({
      repository: { name: 'library/base', registry: { host } },
      firstSeenAt: minute(n).toISOString(),
      via: 'EVENT',
      goneAt: null,
    });
    expect(first.manifest.placements).toMatchObject({
      totalCount: 2,
      nodes: [place(ONE, 1)],
      pageInfo: { hasNextPage: true },
    });
    const second = (await answer(query, {
      d: baseAmd64.digest,
      after: first.manifest.placements.pageInfo.endCursor,
    })) as Page;
    expect(second.manifest.placements).toMatchObject({
      nodes: [place('two.example', 14)],
      pageInfo: { hasNextPage: false },
    });
  });

  it('that is an image shows its layers in order, its chain and its config', async () => {
    const data = (await answer(
      `query($d: Digest!) {
        manifest(digest: $d) {
          __typename format mediaType status problems { code } raw sizeBytes firstSeenVia
          repositories { nodes { name } } tags { nodes { reference } }
          referrers { totalCount nodes { digest ... on Artifact { kind } } }
          ... on Image {
            totalBytes
            layers { position diffId chainId layer { digest } }
            config { digest platform { name } env cmd workingDir labels { key value } history { createdBy emptyLayer } createdAt }
            indexes { nodes { digest } }
          }
        }
      }`,
      { d: baseAmd64.digest },
    )) as {
      manifest: {
        layers: { position: number; diffId: string; chainId: string; layer: object }[];
        config: { history: unknown[] };
      } & Record<string, unknown>;
    };
    const { layers, config, ...rest } = data.manifest;
    expect(rest).toEqual({
      __typename: 'Image',
      format: 'OCI_IMAGE',
      mediaType: baseAmd64.mediaType,
      status: 'VALID',
      problems: [],
      raw: Buffer.from(baseAmd64.bytes).toString(),
      sizeBytes: baseAmd64.bytes.length,
      firstSeenVia: 'EVENT',
      repositories: { nodes: [{ name: 'library/base' }, { name: 'library/base' }] },
      tags: {
        nodes: [
          { reference: `${ONE}/library/base:3` },
          { reference: `${ONE}/library/base:edge` },
          { reference: 'two.example/library/base:3' },
        ],
      },
      referrers: { totalCount: 1, nodes: [{ digest: sbom.digest, kind: 'SBOM' }] },
      totalBytes: baseAmd64.layers.reduce((sum, { bytes }) => sum + bytes.length, 0),
      indexes: { nodes: [{ digest: base.digest }] },
    });
    expect(layers.map(({ position, diffId, layer }) => ({ position, diffId, layer }))).toEqual(
      baseAmd64.layers.map(({ digest, diffId }, position) => ({ position, diffId, layer: { digest } })),
    );
    expect(layers[0]?.chainId).toBe(baseAmd64.layers[0]?.diffId);
    expect(config.history).toHaveLength(3);
    expect(config).toMatchObject({
      digest: baseAmd64.config.digest,
      platform: { name: 'linux/amd64' },
      env: ['PATH=/usr/bin'],
      cmd: ['/bin/app'],
      workingDir: '/',
      labels: [],
      createdAt: '2026-01-02T03:04:05.000Z',
    });
  });

  it('that is ambiguous is an artifact of kind OTHER, invalid, with its problems and its bytes', async () => {
    const data = await answer(
      'query($d: Digest!) { manifest(digest: $d) { __typename status raw problems { code path } ... on Artifact { kind blobs { digest } } } }',
      { d: ambiguous.digest },
    );
    expect(data).toEqual({
      manifest: {
        __typename: 'Artifact',
        status: 'INVALID',
        raw: Buffer.from(ambiguous.bytes).toString(),
        problems: [expect.objectContaining({ code: 'AMBIGUOUS' })],
        kind: 'OTHER',
        blobs: [],
      },
    });
  });

  it('that is an artifact shows its kind, its blobs, its subject and its annotations', async () => {
    const data = await answer(
      `query($sbom: Digest!, $chart: Digest!) {
        sbom: manifest(digest: $sbom) { artifactType subject annotations { key value } ... on Artifact { kind blobs { digest mediaType sizeBytes urls annotations { key } } } }
        chart: manifest(digest: $chart) { ... on Artifact { kind } }
      }`,
      { sbom: sbom.digest, chart: chart.digest },
    );
    expect(data).toEqual({
      sbom: {
        artifactType: 'application/spdx+json',
        subject: baseAmd64.digest,
        annotations: [{ key: 'made', value: 'by hand' }],
        kind: 'SBOM',
        blobs: sbom.layers.map(({ digest, mediaType, bytes }) => ({
          digest,
          mediaType,
          sizeBytes: bytes.length,
          urls: [],
          annotations: [],
        })),
      },
      chart: { kind: 'HELM_CHART' },
    });
  });

  it('that an index lists and the registry does not have is null there, with what the index says of it', async () => {
    const data = await answer(
      'query($d: Digest!) { manifest(digest: $d) { ... on ImageIndex { entries { digest sizeBytes platform { name } rawPlatform manifest { digest } } } } }',
      { d: broken.digest },
    );
    expect(data).toMatchObject({
      manifest: {
        entries: [
          { platform: { name: 'linux/amd64' }, manifest: {} },
          {
            digest: missing.digest,
            sizeBytes: missing.bytes.length,
            platform: { name: 'linux/arm64' },
            manifest: null,
          },
        ],
      },
    });
  });

  it('that no repository holds any more is GONE, and no image of any list', async () => {
    const other = await freshDatabase();
    await fillSmallCatalog(other.catalog);
    await other.catalog.pool.query('UPDATE repository_manifest SET gone_at = now()');
    const elsewhere = await startApi(other.catalog);
    const { data } = await elsewhere.ask(
      'query($d: Digest!) { manifest(digest: $d) { status } images { totalCount nodes { id } } }',
      {
        d: legacy.digest,
      },
    );
    await elsewhere.stop();
    await other.drop();
    expect(data).toEqual({ manifest: { status: 'GONE' }, images: { totalCount: 0, nodes: [] } });
  });
});
