import { digestOf, MEDIA_TYPES } from '@strata/oci';
import {
  aLayer,
  anArtifact,
  anImage,
  anIndex,
  type ArtifactFixture,
  type ImageFixture,
  type IndexFixture,
  type LayerFixture,
  type ManifestFixture,
} from '@strata/oci/testing';

/** A repository at a registry. */
export interface WorldRepository {
  readonly registry: string;
  readonly name: string;
}

/** Something that happens in a world, at a moment of its own. */
export type WorldStep = { readonly at: Date; readonly repository: WorldRepository } & (
  | { readonly kind: 'hold'; readonly manifests: readonly ManifestFixture[] }
  | {
      readonly kind: 'tag';
      readonly tag: string;
      readonly target: ManifestFixture | null;
      readonly pushedAt: Date | null;
    }
  | { readonly kind: 'gone'; readonly manifest: ManifestFixture }
);

/** A small made-up catalog and its history: the same for the same seed. */
export interface World {
  readonly layers: readonly LayerFixture[];
  readonly images: readonly (ImageFixture & {
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly user: string;
  })[];
  readonly indexes: readonly (IndexFixture & { readonly annotations: Labels })[];
  readonly artifacts: readonly (ArtifactFixture & { readonly subject: ManifestFixture })[];
  readonly repositories: readonly WorldRepository[];
  readonly steps: readonly WorldStep[];
}

/** Labels or annotations. */
export type Labels = Readonly<Record<string, string>>;

/** What a registry may be asked not to give to anybody. */
const FOREIGN_LAYER = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';

/** The words that worlds are made of, so that filters can be made of them too. */
export const WORLD_WORDS = {
  registries: ['a.example', 'b.example:5000'],
  repositories: ['app', 'team/app', 'team/web', 'te_m/we-b'],
  tags: ['1', 'latest', 'v1.0-arm64'],
  platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'windows/amd64:10.0.1'],
  labels: { keys: ['team', 'org.example/licence', 'x_y'], values: ['blue', 'red', 'a%b', ''] },
  artifactTypes: ['application/spdx+json', 'application/vnd.example.signature', 'application/vnd.example.sbom'],
  users: ['', 'root', '1000:1000', 'nobody'],
  layerMediaTypes: [MEDIA_TYPES.ociLayerGzip, MEDIA_TYPES.dockerLayerGzip, FOREIGN_LAYER],
  /** What an artifact without a type of its own is one of. */
  configType: 'application/vnd.example.config.v1+json',
} as const;

/** The moment at which the worlds begin; each step is a minute later. */
export const WORLD_BEGINS_MS = Date.UTC(2026, 7, 31, 23, 30);
const MINUTE_MS = 60_000;

/** A source of choices that depend on nothing but the seed (mulberry32). */
export function chooser(seed: number) {
  let state = seed >>> 0;
  const below = (count: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  };
  return {
    below,
    one<T>(items: readonly T[]): T {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to choose from');
      return item;
    },
    some: <T>(items: readonly T[], chance = 0.5): readonly T[] => items.filter(() => below(1_000) < chance * 1_000),
  };
}

type Chooser = ReturnType<typeof chooser>;

/** Makes one. */
export function buildWorld(seed: number): World {
  const choose = chooser(seed);
  const layers = someLayers();
  const images = someImages(choose, layers);
  const indexes = someIndexes(choose, images);
  const artifacts = WORLD_WORDS.artifactTypes.flatMap((artifactType, index) =>
    [0, 1].map((copy) => {
      const subject = choose.one<ManifestFixture>([...images, ...indexes]);
      const isTyped = copy === 0 || index > 0;
      const options = isTyped
        ? { artifactType }
        : { artifactType: null, config: { mediaType: WORLD_WORDS.configType } };
      return { ...anArtifact({ seed: `artifact ${index} ${copy}`, subject, ...options }), subject };
    }),
  );
  const repositories = choose
    .some(WORLD_WORDS.registries.flatMap((registry) => WORLD_WORDS.repositories.map((name) => ({ registry, name }))))
    .slice(0, 5);
  if (repositories.length === 0) return buildWorld(seed + 1_000_003);
  const steps = someSteps(choose, repositories, [...images, ...indexes, ...artifacts], artifacts);
  return { layers, images, indexes, artifacts, repositories, steps };
}

/** Five layers, and another compression of each of the first two: other bytes, the same files. */
function someLayers(): readonly LayerFixture[] {
  const layers = [0, 1, 2, 3, 4].map((index) => aLayer(`world ${index}`, { contentBytes: 100 + index * 700 }));
  const again = layers.slice(0, 2).map((layer) => {
    const bytes = Buffer.from(layer.bytes);
    bytes.writeUInt8(1, 4); // the time of day in gzip's header
    return { ...layer, bytes, digest: digestOf(bytes) };
  });
  return [...layers, ...again];
}

function someLabels(choose: Chooser): Labels {
  const { keys, values } = WORLD_WORDS.labels;
  return Object.fromEntries(choose.some(keys, 0.4).map((key) => [key, choose.one(values)]));
}

function someImages(choose: Chooser, layers: readonly LayerFixture[]): World['images'] {
  const images: World['images'][number][] = [];
  for (let index = 0; index < 10; index += 1) {
    const base = images.length > 0 && choose.below(3) > 0 ? choose.one(images).layers : [];
    const isPackedAgain = choose.below(3) === 0; // the same files as the base's, other bytes where there are such
    const own = Array.from({ length: choose.below(3) }, () => choose.one(layers));
    const same = ({ diffId, digest }: LayerFixture): LayerFixture | undefined =>
      isPackedAgain
        ? layers.findLast((layer) => layer.diffId === diffId)
        : layers.find((layer) => layer.digest === digest);
    const all = [...base.map(same), ...own].map((layer) => layer ?? layers[0]);
    const format = choose.one(['oci', 'oci', 'docker'] as const);
    const labels = someLabels(choose);
    const annotations = format === 'oci' ? someLabels(choose) : {};
    const user = choose.one(WORLD_WORDS.users);
    const isForeign = format === 'docker' && choose.below(2) === 0;
    const image = anImage({
      seed: `world image ${index}`,
      layers: (all.length > 0 ? all : [layers[0]]).filter((layer) => layer !== undefined),
      platform: choose.one(WORLD_WORDS.platforms),
      format,
      labels,
      annotations,
      ...(user !== '' && { user }),
      ...(isForeign && { layerMediaType: FOREIGN_LAYER }),
    });
    images.push({ ...image, labels, annotations, user });
  }
  return images;
}

function someIndexes(choose: Chooser, images: World['images']): World['indexes'] {
  const indexes: World['indexes'][number][] = [];
  for (let index = 0; index < 4; index += 1) {
    const listed = choose.some(images, 0.25);
    const nested = indexes.length > 0 && choose.below(3) === 0 ? [choose.one(indexes)] : [];
    const annotations = someLabels(choose);
    const entries = [...(listed.length > 0 ? listed : images.slice(0, 1)), ...nested];
    const attested = choose.below(3) === 0 ? ({ attestations: 'classic' } as const) : {};
    indexes.push({
      ...anIndex({ entries, annotations: { ...annotations, n: String(index) }, ...attested }),
      annotations: { ...annotations, n: String(index) },
    });
  }
  return indexes;
}

/** Pushes, moves and deletions of tags, some artifacts beside them, and at last some things that are gone. */
function someSteps(
  choose: Chooser,
  repositories: readonly WorldRepository[],
  things: readonly ManifestFixture[],
  artifacts: readonly ManifestFixture[],
): readonly WorldStep[] {
  const steps: WorldStep[] = [];
  const at = (): Date => new Date(WORLD_BEGINS_MS + steps.length * MINUTE_MS);
  for (let count = 0; count < 24; count += 1) {
    const repository = choose.one(repositories);
    if (choose.below(6) === 0) {
      steps.push({
        kind: 'tag',
        at: at(),
        repository,
        tag: choose.one(WORLD_WORDS.tags),
        target: null,
        pushedAt: null,
      });
      continue;
    }
    const target = choose.one(things);
    const children = target.kind === 'index' ? choose.some(under(target), 0.8) : [];
    steps.push({ kind: 'hold', at: at(), repository, manifests: [...children, target] });
    const pushedAt = choose.below(2) === 0 ? null : new Date(at().getTime() - choose.below(90) * MINUTE_MS);
    if (choose.below(5) > 0)
      steps.push({ kind: 'tag', at: at(), repository, tag: choose.one(WORLD_WORDS.tags), target, pushedAt });
  }
  const [signature] = artifacts;
  for (const { digest } of choose.some(things, 0.2)) {
    const repository = choose.one(repositories);
    const tag = `${digest.replace(':', '-')}.${choose.one(['sig', 'att', 'sbom'])}`;
    if (signature === undefined) continue;
    steps.push({ kind: 'hold', at: at(), repository, manifests: [signature] });
    steps.push({ kind: 'tag', at: at(), repository, tag, target: signature, pushedAt: null });
  }
  for (const artifact of choose.some(artifacts, 0.7))
    steps.push({ kind: 'hold', at: at(), repository: choose.one(repositories), manifests: [artifact] });
  const held = steps.flatMap((step) =>
    step.kind === 'hold' ? step.manifests.map((manifest) => ({ manifest, repository: step.repository })) : [],
  );
  for (const gone of choose.some(held, 0.2)) steps.push({ kind: 'gone', at: at(), ...gone });
  return steps;
}

function under(fixture: ManifestFixture): readonly ManifestFixture[] {
  return fixture.kind === 'index' ? fixture.children.flatMap((child) => [...under(child), child]) : [];
}
