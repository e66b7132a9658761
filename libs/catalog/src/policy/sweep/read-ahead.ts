/** A generator whose next values are already being made while the last one is used. */
export interface Ahead<T> {
  next(): Promise<IteratorResult<T, void>>;
  /** Ends it, once what is being made is made or has failed. */
  close(): Promise<void>;
}

/**
 * Begins at once, and goes on until `ahead` values are there that nobody has come for. What the generator throws is thrown to
 * whoever comes for that value.
 */
export function readAhead<T>(source: AsyncGenerator<T, void>, ahead: number): Ahead<T> {
  const begin = (): Promise<IteratorResult<T, void>> => {
    const coming = source.next(); // a generator makes one after the other, however often it is asked
    coming.catch(() => undefined); // nobody may have come for it yet
    return coming;
  };
  const coming = Array.from({ length: ahead }, begin);
  return {
    next() {
      coming.push(begin());
      return coming.shift() ?? begin();
    },
    async close() {
      await Promise.allSettled(coming);
      await source.return();
    },
  };
}
