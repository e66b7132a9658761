import { describe, expect, it } from '@jest/globals';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { fixtures } from '../testing/small-catalog.js';

const { baseAmd64, baseArm64, baseArmV7, webAmd64, webArm64, webArmV7, web1, legacy, sbom } = fixtures;
const { answer } = askSmallCatalog();

const bytesOf = (...images: readonly { readonly layers: readonly { digest: string; bytes: Uint8Array }[] }[]) => {
  const layers = new Map(images.flatMap((image) => image.layers.map(({ digest, bytes }) => [digest, bytes.length])));
  return [...layers.values()].reduce((sum, size) => sum + size, 0);
};

describe('bases and what is derived from them', () => {
  it('an image knows its base, how many layers it is of, where it is tagged and that nothing newer is there', async () => {
    const query = `{ manifest(digest: "${webAmd64.digest}") { ... on Image { baseImages { totalCount nodes {
      image { digest } sharedLayers newerBuilds tags(first: 2) { totalCount nodes { reference } } } } } } }`;
    expect(await answer(query)).toEqual({
      manifest: {
        baseImages: {
          totalCount: 1,
          nodes: [
            {
              image: { digest: baseAmd64.digest },
              sharedLayers: 2,
              newerBuilds: 0,
              tags: {
                totalCount: 3,
                nodes: [{ reference: 'one.example/library/base:3' }, { reference: 'one.example/library/base:edge' }],
              },
            },
          ],
        },
      },
    });
  });

  it('a base knows the images that go on from it, and an image that nothing goes on from knows none', async () => {
    const derived = async (digest: string) => {
      const query = `{ manifest(digest: "${digest}") { ... on Image { derivedImages { totalCount nodes { digest } } } } }`;
      const { manifest } = (await answer(query)) as {
        manifest: { derivedImages: { totalCount: number; nodes: { digest: string }[] } };
      };
      return manifest.derivedImages.nodes.map((image) => image.digest);
    };
    expect(await derived(baseAmd64.digest)).toEqual([webAmd64.digest]);
    expect(await derived(baseArmV7.digest)).toEqual([webArmV7.digest]);
    expect(await derived(webAmd64.digest)).toEqual([]);
  });
});

describe('layers by use', () => {
  it('the most shared first, with how many images contain each; filters narrow them', async () => {
    const query = `{ layers(first: 2, where: {minImages: 2}) { totalCount nodes { digest imageCount } } }`;
    const { layers } = (await answer(query)) as {
      layers: { totalCount: number; nodes: { digest: string; imageCount: number }[] };
    };
    // the two layers of each base are in the base and in the web image on it
    expect(layers.totalCount).toBe(6);
    expect(layers.nodes.map(({ imageCount }) => imageCount)).toEqual([2, 2]);
    const shared = [baseAmd64, baseArm64, baseArmV7].flatMap((image) => image.layers.map(({ digest }) => digest));
    for (const { digest } of layers.nodes) expect(shared).toContain(digest);
  });

  it('pages go through all of them once, in each order', async () => {
    for (const order of ['SHARED_DESC', 'SIZE_DESC', 'SAVED_DESC']) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page = (await answer(
          `query($after: String) { layers(first: 3, orderBy: ${order}, after: $after) { totalCount nodes { digest } pageInfo { hasNextPage endCursor } } }`,
          { after },
        )) as {
          layers: {
            totalCount: number;
            nodes: { digest: string }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
        seen.push(...page.layers.nodes.map(({ digest }) => digest));
        after = page.layers.pageInfo.hasNextPage ? page.layers.pageInfo.endCursor : null;
        if (after === null) expect(seen).toHaveLength(page.layers.totalCount);
      } while (after !== null);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });
});

describe('storage', () => {
  it('of a repository: as pushed, once per layer, and what nobody else in the registry uses', async () => {
    const query =
      '{ repository(name: "team/web", registry: "one.example") { storage { logicalBytes uniqueBytes exclusiveBytes } } }';
    const images = [webAmd64, webArm64, webArmV7];
    expect(await answer(query)).toEqual({
      repository: {
        storage: {
          logicalBytes: images.reduce((sum, image) => sum + bytesOf(image), 0),
          uniqueBytes: bytesOf(...images),
          // the layers of web's amd64 image are also in team/nested, those of the bases in library/base
          exclusiveBytes: bytesOf(...images) - bytesOf(webAmd64, baseArm64, baseArmV7),
        },
      },
    });
  });

  it('of a scope: one filter for registries and namespaces, and two registries share nothing', async () => {
    const storage = async (where: string) =>
      ((await answer(`{ storage(where: ${where}) { uniqueBytes exclusiveBytes } }`)) as { storage: object }).storage;
    expect(await storage('{registry: {eq: "two.example"}}')).toEqual({
      uniqueBytes: bytesOf(baseAmd64),
      exclusiveBytes: bytesOf(baseAmd64),
    });
    expect(await storage('{registry: {eq: "one.example"}, name: {startsWith: "library/"}}')).toEqual({
      uniqueBytes: bytesOf(baseAmd64, baseArm64, baseArmV7, legacy),
      exclusiveBytes: bytesOf(legacy),
    });
    expect(await storage('{name: {eq: "charts/app"}}')).toEqual({ uniqueBytes: 0, exclusiveBytes: 0 });
  });
});

describe('untagged manifests', () => {
  it('are those that no live tag of the repository reaches, also not through an index', async () => {
    const untagged = async (name: string) => {
      const query = `{ repository(name: "${name}", registry: "one.example") { untagged { totalCount nodes { digest } } } }`;
      const { repository } = (await answer(query)) as {
        repository: { untagged: { totalCount: number; nodes: { digest: string }[] } };
      };
      expect(repository.untagged.totalCount).toBe(repository.untagged.nodes.length);
      return repository.untagged.nodes.map(({ digest }) => digest).sort();
    };
    expect(await untagged('library/base')).toEqual([sbom.digest]);
    // `stable` moved on and `gone` was deleted, so that the first index and its arm64 image are left behind
    expect(await untagged('team/web')).toEqual([web1.digest, webArm64.digest].sort());
    expect(await untagged('charts/app')).toEqual([]);
  });
});
