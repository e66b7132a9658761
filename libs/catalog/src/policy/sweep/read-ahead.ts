/** A generator that goes on while what it has made is used. */
export interface Ahead<T> {
  /** All that was made since, at least one; none once it has come to its end. Throws what the generator throws. */
  next(): Promise<readonly T[]>;
  /** Waits until it has ended: whoever calls has seen to it that it does. */
  close(): Promise<void>;
}

/** Begins at once, and makes everything, whether somebody comes for it or not. */
export function readAhead<T>(source: AsyncGenerator<T, void>): Ahead<T> {
  const made: T[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  const making = (async () => {
    try {
      for await (const one of source) {
        made.push(one);
        wake();
      }
    } finally {
      isOver = true;
      wake();
    }
  })();
  making.catch(() => undefined); // told to whoever comes
  return {
    async next() {
      while (made.length === 0 && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (made.length === 0) await making;
      return made.splice(0);
    },
    close: () => making.catch(() => undefined),
  };
}
