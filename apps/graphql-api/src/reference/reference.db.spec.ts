import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { fixtures } from '../testing/small-catalog.js';

const { baseAmd64, baseArm64, base, webAmd64, webArm64, web1, web2, legacy, nested, broken, missing, chart } = fixtures;
const { answer, api } = askSmallCatalog();

const codes = async (query: string) => (await api().ask(query)).errors.map(({ extensions }) => extensions);

describe('compare', () => {
  const FIELDS = `{
    identical left { digest } right { digest } platformsOnlyLeft { name } platformsOnlyRight { name }
    platforms {
      platform { name } identical sameFilesystem left { digest } right { digest } sharedBytes
      sharedLayers { position layer { digest } } onlyLeft { layer { digest } } onlyRight { position layer { digest } }
      configChanges { field left right }
    }
  }`;

  it('tells, platform by platform, what two references share and what only one of them has', async () => {
    const web = `one.example/team/web@${web1.digest}`;
    const { compare } = (await answer(
      `{ compare(left: "one.example/library/base:3", right: "${web}") ${FIELDS} }`,
    )) as {
      compare: { platforms: { platform: { name: string }; onlyRight: unknown[]; configChanges: unknown[] }[] };
    };
    expect(compare).toMatchObject({
      identical: false,
      left: { digest: base.digest },
      right: { digest: web1.digest },
      platformsOnlyLeft: [{ name: 'linux/arm/v7' }],
      platformsOnlyRight: [],
    });
    expect(compare.platforms.map(({ platform }) => platform.name)).toEqual(['linux/amd64', 'linux/arm64']);
    const [amd64, arm64] = compare.platforms;
    expect(amd64).toMatchObject({
      identical: false,
      sameFilesystem: false,
      left: { digest: baseAmd64.digest },
      right: { digest: webAmd64.digest },
      sharedLayers: baseAmd64.layers.map(({ digest }, position) => ({ position, layer: { digest } })),
      onlyLeft: [],
      onlyRight: [{ position: 2, layer: { digest: webAmd64.layers[2]?.digest } }],
      sharedBytes: baseAmd64.layers.reduce((sum, { bytes }) => sum + bytes.length, 0),
    });
    expect(amd64?.configChanges).toContainEqual({ field: 'config.Labels.team', left: null, right: 'web' });
    expect(arm64).toMatchObject({ left: { digest: baseArm64.digest }, right: { digest: webArm64.digest } });
  });

  it('finds a tag identical to itself, and an image the same in two indexes although the indexes differ', async () => {
    const self = `{ compare(left: "one.example/library/base:3", right: "one.example/library/base:edge") { identical platforms { identical sameFilesystem } } }`;
    expect(await answer(self)).toEqual({
      compare: { identical: true, platforms: Array(3).fill({ identical: true, sameFilesystem: true }) },
    });
    const moved = `{ compare(left: "team/web@${web1.digest}", right: "team/web@${web2.digest}") { identical platforms { platform { name } identical } platformsOnlyLeft { name } platformsOnlyRight { name } } }`;
    expect(await answer(moved)).toEqual({
      compare: {
        identical: false,
        platforms: [{ platform: { name: 'linux/amd64' }, identical: true }],
        platformsOnlyLeft: [{ name: 'linux/arm64' }],
        platformsOnlyRight: [{ name: 'linux/arm/v7' }],
      },
    });
  });

  it('looks at one platform where one is asked for', async () => {
    const query = `{ compare(left: "${base.digest}", right: "${web1.digest}", platform: "aarch64") { platforms { platform { name } } platformsOnlyLeft { name } } }`;
    expect(await answer(query)).toEqual({
      compare: { platforms: [{ platform: { name: 'linux/arm64' } }], platformsOnlyLeft: [] },
    });
  });
});

describe('resolve', () => {
  const ask = (reference: string, platform: string, client = 'CONTAINERD') =>
    answer(
      `{ resolve(reference: "${reference}", platform: "${platform}", client: ${client}) { image { digest } entry { position digest kind } runnable reason } }`,
    );

  it('gives the image that a client on the platform runs, and the line of the index that leads there', async () => {
    expect(await ask('one.example/library/base:3', 'arm64')).toMatchObject({
      resolve: {
        image: { digest: baseArm64.digest },
        entry: { position: 1, digest: baseArm64.digest, kind: 'PLATFORM' },
        runnable: true,
      },
    });
  });

  it('says what a client does that finds nothing', async () => {
    expect(await ask('one.example/library/base:3', 'linux/s390x')).toMatchObject({
      resolve: { image: null, entry: null, runnable: false, reason: expect.stringContaining('linux/s390x') },
    });
  });

  it('takes an image without an index as it is, and says that it does not run', async () => {
    expect(await ask('two.example/library/base:3', 'linux/arm64')).toMatchObject({
      resolve: { image: { digest: baseAmd64.digest }, entry: null, runnable: false },
    });
  });

  it('names the line also when the registry does not have what it points at', async () => {
    expect(await ask('one.example/team/broken:1', 'linux/arm64')).toMatchObject({
      resolve: { image: null, entry: { position: 1, digest: missing.digest }, runnable: true },
    });
  });

  it('knows that clients differ: containers/image does not go back from arm64 to arm', async () => {
    const [containerd, podman] = await Promise.all([
      ask(web2.digest, 'linux/arm64', 'CONTAINERD'),
      ask(web2.digest, 'linux/arm64', 'CONTAINERS_IMAGE'),
    ]);
    expect(containerd).toMatchObject({ resolve: { runnable: true, entry: { position: 1 } } });
    expect(podman).toMatchObject({ resolve: { runnable: false, image: null } });
  });
});

describe('inspect', () => {
  it('lists every manifest behind an index with its platform and document, attestations included', async () => {
    const { inspect } = (await answer(
      `{ inspect(reference: "one.example/library/base:3") { ref descriptor { digest sizeBytes mediaType } platform { name } document } }`,
    )) as { inspect: { ref: string; descriptor: { digest: string }; platform: { name: string }; document: string }[] };
    expect(inspect.map(({ platform }) => platform.name)).toEqual([
      'linux/amd64',
      'linux/arm64',
      'linux/arm/v7',
      ...Array<string>(inspect.length - 3).fill('unknown/unknown'),
    ]);
    expect(inspect.length).toBeGreaterThan(3);
    for (const { ref, descriptor, document } of inspect) {
      expect(ref).toBe(`one.example/library/base:3@${descriptor.digest}`);
      expect(digestOf(Buffer.from(document))).toBe(descriptor.digest);
    }
  });

  it('names a single image as it was asked for', async () => {
    const text = `{ inspect(reference: "legacy:1") { ref descriptor { digest } platform { name } } }`;
    expect(await answer(text)).toEqual({
      inspect: [
        {
          ref: 'one.example/library/legacy:1',
          descriptor: { digest: legacy.digest },
          platform: { name: 'linux/amd64' },
        },
      ],
    });
  });

  it('goes through nested indexes, and leaves out what the catalog does not hold', async () => {
    expect(await answer(`{ inspect(reference: "${nested.digest}") { platform { name } } }`)).toEqual({
      inspect: [{ platform: { name: 'linux/amd64' } }, { platform: { name: 'linux/s390x' } }],
    });
    expect(await answer(`{ inspect(reference: "${broken.digest}") { platform { name } } }`)).toEqual({
      inspect: [{ platform: { name: 'linux/amd64' } }],
    });
  });
});

describe('convert', () => {
  const ask = (reference: string, to: string) =>
    answer(
      `{ convert(reference: "${reference}", to: ${to}) { mediaType digest document lossless losses { path reason } children { digest } } }`,
    );

  it('gives the bytes and digest that the other format has, and there and back what was', async () => {
    const { convert } = (await ask('legacy:1', 'OCI')) as { convert: { digest: string; document: string } };
    expect(convert).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      lossless: true,
      losses: [],
      children: [],
    });
    expect(digestOf(Buffer.from(convert.document))).toBe(convert.digest);
    expect(await ask('legacy:1', 'DOCKER')).toMatchObject({ convert: { digest: legacy.digest } });
  });

  it('converts the children of an index first', async () => {
    const { convert } = (await ask(`team/web@${web1.digest}`, 'DOCKER')) as {
      convert: { document: string; children: { digest: string }[] };
    };
    const { manifests } = JSON.parse(convert.document) as { manifests: { digest: string }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual(convert.children.map(({ digest }) => digest));
    expect(convert).toMatchObject({ mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' });
  });

  it('says why what is no image has no such form', async () => {
    expect(await codes(`{ convert(reference: "${chart.digest}", to: DOCKER) { digest } }`)).toMatchObject([
      { code: 'NOT_CONVERTIBLE', problems: [{ code: 'NOT_AN_IMAGE' }] },
    ]);
  });
});

describe('compatibility', () => {
  const ask = async (reference: string) => {
    const { compatibility } = (await answer(
      `{ compatibility(reference: "${reference}") { registry accepted reasons asOf } }`,
    )) as { compatibility: { registry: string; accepted: string; reasons: string[]; asOf: string }[] };
    return new Map(compatibility.map((each) => [each.registry, each]));
  };

  it('says for each well-known registry whether it takes a reference, why, and as of when', async () => {
    const verdicts = await ask('legacy:1');
    expect(verdicts.get('Docker Hub')).toMatchObject({ accepted: 'YES', asOf: expect.stringMatching(/^20\d\d-/) });
    for (const { reasons } of verdicts.values()) expect(reasons.join()).not.toBe('');
  });

  it('counts what stands behind an index too', async () => {
    const [chartOnly, plain] = [await ask(chart.digest), await ask(base.digest)];
    expect(chartOnly.get('Distribution 2')?.reasons).not.toEqual(plain.get('Distribution 2')?.reasons);
  });
});

describe('a reference', () => {
  it.each([
    ['a tag that is not there', 'one.example/library/base:none', { code: 'NOT_FOUND', argument: 'reference' }],
    ['a deleted tag', 'one.example/team/web:gone', { code: 'NOT_FOUND' }],
    ['a digest that nobody has', `team/web@sha256:${'0'.repeat(64)}`, { code: 'NOT_FOUND' }],
    ['a tag that two registries have', 'library/base:3', { code: 'AMBIGUOUS' }],
    ['what is no reference', 'A B', { code: 'BAD_USER_INPUT', argument: 'reference' }],
    ['a document that could not be understood', 'one.example/team/odd:1', { code: 'BAD_USER_INPUT' }],
  ])('is refused with a code: %s', async (_, reference, expected) => {
    expect(await codes(`{ inspect(reference: "${reference}") { ref } }`)).toMatchObject([expected]);
    expect(await codes(`{ compare(left: "${base.digest}", right: "${reference}") { identical } }`)).toMatchObject([
      { ...expected, ...('argument' in expected && { argument: 'right' }) },
    ]);
  });
});
