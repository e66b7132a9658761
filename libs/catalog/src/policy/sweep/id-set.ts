/** Ids of rows as plain numbers (no table of ours comes near 2^53), so that millions can be held and compared. */
export type RowId = number;

/** A set of ids that takes a bit for each id in the stretches that it has ids of. */
export interface IdSet {
  has(id: RowId): boolean;
  add(id: RowId): void;
}

const PAGE_IDS = 32_768;
const WORD_IDS = 32;

/** An empty one. */
export function openIdSet(): IdSet {
  const pages = openPages(() => new Uint32Array(PAGE_IDS / WORD_IDS));
  return {
    has(id) {
      const place = id % PAGE_IDS;
      const word = pages.find(id)?.[Math.floor(place / WORD_IDS)] ?? 0;
      return (word & (1 << (place % WORD_IDS))) !== 0;
    },
    add(id) {
      const place = id % PAGE_IDS;
      const page = pages.make(id);
      const word = Math.floor(place / WORD_IDS);
      page[word] = (page[word] ?? 0) | (1 << (place % WORD_IDS));
    },
  };
}

/** An id for each of many ids. */
export interface IdMap {
  /** 0, which is no id, for none. */
  get(id: RowId): RowId;
  set(id: RowId, value: RowId): void;
}

/** An empty one. */
export function openIdMap(): IdMap {
  const pages = openPages(() => new Float64Array(PAGE_IDS));
  return {
    get: (id) => pages.find(id)?.[id % PAGE_IDS] ?? 0,
    set(id, value) {
      pages.make(id)[id % PAGE_IDS] = value;
    },
  };
}

function openPages<Page>(empty: () => Page) {
  const pages = new Map<number, Page>();
  return {
    find: (id: RowId): Page | undefined => pages.get(Math.floor(id / PAGE_IDS)),
    make(id: RowId): Page {
      const number = Math.floor(id / PAGE_IDS);
      const page = pages.get(number) ?? empty();
      pages.set(number, page);
      return page;
    },
  };
}
