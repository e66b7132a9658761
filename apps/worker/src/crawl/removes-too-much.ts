/** Objects of one kind: how many a crawl found gone, of how many that it looked for. */
export interface Removal {
  readonly gone: number;
  readonly known: number;
}

/** A removal is too much above both of these: a share of what is known, */
const MAX_SHARE = 0.2;

/** and so many objects. */
export const MAX_OBJECTS = 100;

/**
 * Whether somebody should be asked before so much is removed: a registry that has lost its storage, or was replaced by
 * an empty one, answers as cleanly as one that was tidied up.
 */
export function removesTooMuch({ gone, known }: Removal, maxObjects: number = MAX_OBJECTS): boolean {
  return gone > maxObjects && gone > known * MAX_SHARE;
}
