import { digestOf, MEDIA_TYPES } from '@strata/oci';
import { aSchema1Image, anImage, anIndex, type ArtifactFixture, type ManifestFixture } from '@strata/oci/testing';
import { WORLD_BEGINS_MS, WORLD_WORDS, buildWorld, chooser, type World, type WorldStep } from './build-world.js';

/** A document that stands in a world as it is, whatever a reader makes of it. */
function aDocument(mediaType: string, bytes: Uint8Array): ArtifactFixture {
  const blob = { mediaType, digest: digestOf(bytes), bytes, sizeBytes: bytes.length };
  return { ...blob, kind: 'artifact', artifactType: null, config: blob, layers: [], listedAs: NOWHERE };
}

const NOWHERE = { platform: null, annotations: {} };

/**
 * A world with everything that findings are made of, longer than that of the filters: tags move back and forth among a few
 * things, what is held goes and comes again, indexes lie about their images, some documents mean nothing.
 */
export function buildFindingHistory(seed: number): World {
  const world = buildWorld(seed);
  const choose = chooser(seed + 77);
  const lie = anIndex({
    entries: world.images.slice(0, 4).map((manifest) => ({ manifest, platform: choose.one(WORLD_WORDS.platforms) })),
    annotations: { n: 'lie' },
  });
  const builds = [0, 1, 2, 3].map((n) =>
    anImage({ seed: `build ${n}`, layers: [...choose.one(world.images).layers, ...choose.one(world.images).layers] }),
  );
  const odd = [
    aDocument(MEDIA_TYPES.dockerSchema1, aSchema1Image({ seed: String(seed) }).bytes),
    aDocument(MEDIA_TYPES.ociManifest, Buffer.from(`{"schemaVersion":2,"seed":${seed}}`)),
  ];
  const things: readonly ManifestFixture[] = [
    ...world.images.slice(0, 5),
    ...world.indexes,
    ...builds,
    ...odd,
    lie,
    ...world.artifacts.slice(0, 2),
  ];
  return {
    ...world,
    indexes: [...world.indexes, { ...lie, annotations: { n: 'lie' } }],
    steps: someSteps(choose, world, things),
  };
}

function someSteps(
  choose: ReturnType<typeof chooser>,
  { repositories }: World,
  things: readonly ManifestFixture[],
): readonly WorldStep[] {
  const steps: WorldStep[] = [];
  const held: { readonly manifest: ManifestFixture; readonly repository: World['repositories'][number] }[] = [];
  const at = (): Date => new Date(WORLD_BEGINS_MS + steps.length * 60_000);
  const hold = (repository: World['repositories'][number], manifests: readonly ManifestFixture[]): void => {
    steps.push({ kind: 'hold', at: at(), repository, manifests });
    held.push(...manifests.map((manifest) => ({ manifest, repository })));
  };
  hold(
    choose.one(repositories),
    things.filter(({ kind }) => kind === 'artifact'),
  );
  for (let count = 0; count < 30; count += 1) {
    const repository = choose.one(repositories);
    const tag = choose.one(WORLD_WORDS.tags);
    const what = choose.below(10);
    if (what === 0) steps.push({ kind: 'tag', at: at(), repository, tag, target: null, pushedAt: null });
    else if (what <= 2 && held.length > 0) steps.push({ kind: 'gone', at: at(), ...choose.one(held) });
    else {
      const target = choose.one(things);
      const children = target.kind === 'index' ? choose.some(target.children, 0.7) : [];
      const isIndexFirst = choose.below(2) === 0;
      if (isIndexFirst) hold(repository, [target]);
      else hold(repository, [...children, target]);
      if (what > 3) steps.push({ kind: 'tag', at: at(), repository, tag, target, pushedAt: null });
      if (isIndexFirst && children.length > 0) hold(repository, children);
    }
  }
  return steps;
}
