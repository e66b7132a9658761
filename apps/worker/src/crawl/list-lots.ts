import type { RegistryError } from '@strata/registry-client';
import type { ListingPlace } from './cursor.js';
import { listTags, type Lists } from './list-tags.js';

/** A tag by name; nothing is known yet of whether it is there. */
export interface NamedTag {
  readonly repository: string;
  readonly tag: string;
}

/** A repository whose tags could not be listed, and why. */
export interface Unlisted {
  readonly repository: string;
  readonly error: RegistryError;
}

/** Some tags that are done together. */
export interface Lot {
  readonly tags: readonly NamedTag[];
  readonly unlisted: readonly Unlisted[];
  /** Set when the registry does not list its repositories: those that are known are walked instead. */
  readonly listsNothing: RegistryError | null;
  /** Where the next lot begins; null after the last one. */
  readonly next: ListingPlace | null;
  /** Tags that are known to follow. */
  readonly ahead: number;
}

/** So many tags are done together. One lot is asked for while the other is written: a crawl that is killed asks for two again at most. */
export const LOT_SIZE = 100;

/** Walks the lists from a place on, in lots across repositories. */
export async function* lotsOf(lists: Lists, from: ListingPlace): AsyncGenerator<Lot> {
  let tags: NamedTag[] = [];
  let unlisted: Unlisted[] = [];
  let listsNothing: RegistryError | null = null;
  const take = (next: ListingPlace | null, ahead: number): Lot => {
    const lot = { tags, unlisted, listsNothing, next, ahead };
    tags = [];
    unlisted = [];
    return lot;
  };
  for await (const listed of listTags(lists, from)) {
    switch (listed.kind) {
      case 'lists-nothing':
        listsNothing = listed.error;
        break;
      case 'unlisted':
        unlisted.push(listed);
        break;
      case 'tags':
        for (const [index, tag] of listed.names.entries()) {
          tags.push({ repository: listed.place.repository, tag });
          if (tags.length === LOT_SIZE) yield take({ ...listed.place, tag }, listed.names.length - index - 1);
        }
    }
  }
  yield take(null, 0);
}
