import { planRepositories, SEED_HOSTS, type PlannedRepository } from './plan-repositories.js';
import { openRandom } from './random.js';
import { writeBases, versionOf, type BaseLine } from './seed-bases.js';
import { idCounter, type SeedContext } from './seed-context.js';
import { openDictionaries } from './seed-dictionaries.js';
import { platformChoices } from './seed-platforms.js';
import { finishRepository, placeAll, writeRepository, type SeedWorld } from './seed-repository.js';
import type { SeedSize } from './seed-size.js';
import type { RowSink } from './seed-tables.js';
import { openTagBook, type TagBook } from './seed-tags.js';

/**
 * Makes up a catalog: the rows that the cataloguer would have written for these documents and pushes, in the order of
 * their ids. The same size and seed give the same rows. Yields how many repositories are
 * written after each of them, so that whoever takes the rows can catch up; what is kept in memory does not grow with the catalog.
 */
export function* generateCatalog(size: SeedSize, seed: string, sink: RowSink): Generator<number> {
  const context = openContext(sink);
  let baseTags = 0;
  const bases = writeBases(context, seed, size.baseBuilds, (line) => {
    baseTags += placeBase(context, line).liveCount();
  });
  const world: SeedWorld = { seed, bases, ownBases: new Map(), choices: platformChoices() };
  let written = 0;
  let before: TagBook | null = null;
  for (const plan of planRepositories(size, seed, size.tags - baseTags)) {
    before = plan.isMirror && before !== null ? mirror(context, plan, before) : writeRepository(context, world, plan);
    written += 1;
    yield written;
  }
}

function openContext(sink: RowSink): SeedContext {
  const registries = new Map(Object.values(SEED_HOSTS).map((host, index) => [host, index + 1]));
  for (const [host, id] of registries) {
    sink.row('registry', [id, host]);
    sink.row('source', [id, host.split('.')[0] ?? host, 'distribution', id]);
  }
  const ids = {
    repository: idCounter(),
    layer: idCounter(),
    config: idCounter(),
    manifest: idCounter(),
    tag: idCounter(),
    interval: idCounter(),
  };
  return { sink, dictionaries: openDictionaries(sink), ids, registries };
}

function placeBase(context: SeedContext, { name, builds }: BaseLine): TagBook {
  const repositoryId = context.ids.repository.next();
  const book = openTagBook(context, openRandom(name), ['base-builder']);
  builds.forEach(({ top, manifests, atMs }, index) => {
    const version = versionOf(index);
    for (const tag of [version, version.split('.')[0] ?? version, 'latest']) book.point(tag, top, atMs);
    placeAll(context, repositoryId, manifests, atMs);
  });
  finishRepository(context, { host: SEED_HOSTS.bases, name: `library/${name}` }, repositoryId, book);
  return book;
}

/** Copies what the repository before it has tagged, as a promotion to another registry does. */
function mirror(context: SeedContext, plan: PlannedRepository, source: TagBook): TagBook {
  const repositoryId = context.ids.repository.next();
  const book = openTagBook(context, openRandom(`mirror ${plan.number}`), ['promoter']);
  const copied = source.live().slice(0, plan.liveTags);
  for (const { name, manifest, fromMs } of copied) book.point(name, manifest, fromMs + 7_200_000);
  for (const { name, manifest, fromMs } of source.live()) {
    if (book.liveCount() >= plan.liveTags) break;
    book.point(`${name}-copy`, manifest, fromMs + 7_200_000);
  }
  const first = new Map(
    book
      .live()
      .toReversed()
      .map(({ manifest, fromMs }) => [manifest, fromMs]),
  );
  for (const [manifest, fromMs] of first) placeAll(context, repositoryId, [manifest], fromMs);
  finishRepository(context, plan, repositoryId, book);
  return book;
}
