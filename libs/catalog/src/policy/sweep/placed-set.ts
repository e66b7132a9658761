import { openIdMap, openIdSet, type RowId } from './id-set.js';

/** Manifests, each meant for some repositories. */
export interface PlacedSet {
  add(id: RowId, repositoryId: RowId): void;
  /** Whether a tag of this repository that leads to the manifest is meant. */
  isMeant(id: RowId, repositoryId: RowId): boolean;
  /** Means the parent wherever the child is meant; returns whether that adds anything. */
  spread(child: RowId, parent: RowId): boolean;
}

/** Means the tags of the very repositories that are added. */
export function openOwnSet(): PlacedSet {
  const known = new Map<RowId, RowId[]>();
  const isMeant = (id: RowId, repositoryId: RowId): boolean => known.get(id)?.includes(repositoryId) === true;
  const add = (id: RowId, repositoryId: RowId): void => {
    const repositories = known.get(id);
    if (repositories === undefined) known.set(id, [repositoryId]);
    else if (!repositories.includes(repositoryId)) repositories.push(repositoryId);
  };
  return {
    add,
    isMeant,
    spread(child, parent) {
      const missing = (known.get(child) ?? []).filter((repositoryId) => !isMeant(parent, repositoryId));
      for (const repositoryId of missing) add(parent, repositoryId);
      return missing.length > 0;
    },
  };
}

/** Means the tags of other repositories than one that is added: who knows one and whether there are several knows that. */
export function openOtherSet(): PlacedSet {
  const ones = openIdMap();
  const several = openIdSet();
  const add = (id: RowId, repositoryId: RowId): boolean => {
    const one = ones.get(id);
    if (one === 0) ones.set(id, repositoryId);
    else if (one === repositoryId || several.has(id)) return false;
    else several.add(id);
    return true;
  };
  return {
    add,
    isMeant: (id, repositoryId) => several.has(id) || ![0, repositoryId].includes(ones.get(id)),
    spread(child, parent) {
      const one = ones.get(child);
      if (one === 0) return false;
      const isMore = add(parent, one);
      if (!several.has(child) || several.has(parent)) return isMore;
      several.add(parent);
      return true;
    },
  };
}
