import type { Random } from './random.js';
import type { SeedContext } from './seed-context.js';
import type { SeedManifest } from './seed-manifests.js';

/** A stretch in which a tag pointed at something, in milliseconds since 1970. */
interface Stretch {
  readonly manifest: SeedManifest;
  readonly fromMs: number;
  readonly actor: string;
}

/** What the tags of one repository pointed at over time; rows are written when the repository is complete. */
export interface TagBook {
  /** A tag was seen to point at a manifest, later than whatever was seen of it before. */
  point(name: string, manifest: SeedManifest, atMs: number): void;
  /** It was seen to be gone. */
  remove(name: string, atMs: number): void;
  has(name: string): boolean;
  liveCount(): number;
  /** The tags that are there in the end, and what they point at. */
  live(): readonly { readonly name: string; readonly manifest: SeedManifest; readonly fromMs: number }[];
  /** Writes the tags and their stretches. Returns when the last of them moved. */
  write(repositoryId: number, path: string): number;
}

/** An observation comes some seconds after the push that it sees. */
export const SEEN_AFTER_MS = 3_000;

/** Opens an empty one. */
export function openTagBook({ sink, ids }: SeedContext, random: Random, actors: readonly string[]): TagBook {
  const stretches = new Map<string, Stretch[]>();
  const goneMs = new Map<string, number>();
  return {
    point(name, manifest, atMs) {
      const known = stretches.get(name) ?? [];
      if (known.at(-1)?.manifest === manifest) return;
      known.push({ manifest, fromMs: atMs + SEEN_AFTER_MS, actor: random.pick(actors) });
      stretches.set(name, known);
    },
    remove: (name, atMs) => void goneMs.set(name, atMs + SEEN_AFTER_MS),
    has: (name) => stretches.has(name),
    liveCount: () => stretches.size - goneMs.size,
    live: () =>
      [...stretches].flatMap(([name, moves]) => {
        const last = moves.at(-1);
        return last === undefined || goneMs.has(name) ? [] : [{ name, manifest: last.manifest, fromMs: last.fromMs }];
      }),
    write(repositoryId, path) {
      let lastMs = 0;
      for (const [name, moves] of stretches) {
        const gone = goneMs.get(name) ?? null;
        const last = moves.at(-1);
        if (last === undefined) continue;
        const id = ids.tag.next();
        const live = gone === null ? last.manifest : null;
        const observedMs = gone ?? last.fromMs;
        sink.row('tag', [
          id,
          repositoryId,
          name,
          `${path}:${name}`,
          moves.length + (gone === null ? 0 : 1),
          live?.id ?? null,
          live?.platformSetId ?? null,
          live?.format ?? null,
          live?.totalBytes ?? null,
          live === null ? null : last.fromMs - SEEN_AFTER_MS,
          observedMs,
        ]);
        moves.forEach(({ manifest, fromMs, actor }, index) => {
          const toMs = moves[index + 1]?.fromMs ?? gone;
          const pushedMs = fromMs - SEEN_AFTER_MS;
          sink.row('tag_interval', [ids.interval.next(), id, manifest.id, fromMs, toMs, pushedMs, 'event', actor]);
        });
        lastMs = Math.max(lastMs, observedMs);
      }
      return lastMs;
    },
  };
}
