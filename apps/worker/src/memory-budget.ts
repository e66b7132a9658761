import type { Registry } from '@strata/registry-client';

/** What documents under way may weigh together, in bytes as fetched; parsed they weigh a few times that. */
const LIMIT_BYTES = 48 * 1024 * 1024;

/** So many events may be about to bring their first document, whose size nobody knows yet. */
const ENTRANTS = 32;

/** Keeps large documents from filling a process: while too much is held, events that hold nothing yet wait to fetch. */
export interface MemoryBudget {
  /** The same registry for one piece of work; what it fetches counts until `work` has ended. */
  during<T>(registry: Registry, work: (metered: Registry) => Promise<T>): Promise<T>;
}

/** Opens the budget of a process. One that holds something never waits, so that two cannot wait for each other. */
export function openMemoryBudget(limitBytes: number = LIMIT_BYTES): MemoryBudget {
  const door = openDoor(limitBytes);
  return {
    async during(registry, work) {
      let ownBytes = 0;
      const metered = async <T>(fetch: () => Promise<T>, sizeOf: (fetched: T) => number): Promise<T> => {
        const fetched = await (ownBytes === 0 ? door.enter(fetch) : fetch());
        ownBytes += sizeOf(fetched);
        door.hold(sizeOf(fetched));
        return fetched;
      };
      try {
        return await work({
          ...registry,
          fetchManifest: (...asked) =>
            metered(
              () => registry.fetchManifest(...asked),
              ({ bytes }) => bytes.length,
            ),
          fetchConfig: (...asked) =>
            metered(
              () => registry.fetchConfig(...asked),
              (bytes) => bytes.length,
            ),
        });
      } finally {
        door.hold(-ownBytes);
      }
    },
  };
}

/** Lets tasks in while there is room, first come first served. */
function openDoor(limitBytes: number) {
  let heldBytes = 0;
  let entrants = 0;
  const waiting: (() => void)[] = [];

  const isOpen = (): boolean => heldBytes < limitBytes && entrants < ENTRANTS;
  const callIn = (): void => {
    if (heldBytes < limitBytes) waiting.splice(0, ENTRANTS - entrants).forEach((wake) => wake());
  };
  return {
    async enter<T>(task: () => Promise<T>): Promise<T> {
      while (!isOpen()) await new Promise<void>((resolve) => waiting.push(resolve));
      entrants += 1;
      try {
        return await task();
      } finally {
        entrants -= 1;
        callIn();
      }
    },
    hold(bytes: number): void {
      heldBytes += bytes;
      if (bytes < 0) callIn();
    },
  };
}
