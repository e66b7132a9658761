/** A generator whose next value is already being made while the last one is used. */
export interface Ahead<T> {
  next(): Promise<IteratorResult<T, void>>;
  /** Ends it, once what is being made is made or has failed. */
  close(): Promise<void>;
}

/** Begins at once. What the generator throws is thrown to whoever comes for that value. */
export function readAhead<T>(source: AsyncGenerator<T, void>): Ahead<T> {
  const begin = (): Promise<IteratorResult<T, void>> => {
    const coming = source.next();
    coming.catch(() => undefined); // nobody may have come for it yet
    return coming;
  };
  let coming = begin();
  return {
    async next() {
      const result = await coming;
      if (result.done !== true) coming = begin();
      return result;
    },
    async close() {
      await coming.catch(() => undefined);
      await source.return();
    },
  };
}
