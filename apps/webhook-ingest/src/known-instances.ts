import { recordInstance, type Catalog, type SeenInstance } from '@strata/catalog';

/** Remembers, in front of the database, which lives of the registries have been seen. */
export interface KnownInstances {
  /** Writes only what this process has not seen yet. Throws what the database throws. */
  see(instance: SeenInstance): Promise<void>;
}

const MAX_KNOWN = 10_000;

/** `onRestart` hears of each instance that replaced or joined another, which is when events may have been lost. */
export function createKnownInstances(
  catalog: Pick<Catalog, 'pool'>,
  onRestart: (instance: SeenInstance) => void,
): KnownInstances {
  const known = new Set<string>();
  return {
    async see(instance) {
      const key = `${instance.sourceId} ${instance.instanceId}`;
      if (known.has(key)) return;
      const { marksDirty } = await recordInstance(catalog, instance);
      if (marksDirty) onRestart(instance);
      if (known.size >= MAX_KNOWN) known.clear(); // asking the database again costs one statement each
      known.add(key);
    },
  };
}
