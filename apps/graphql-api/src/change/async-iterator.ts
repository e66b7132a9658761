/** The next value, or that there is none any more. */
export type Step<T> = IteratorResult<T, undefined>;

/**
 * An iterator made of what it does for the next value and at its end. Not a generator: the `return` of one waits for the
 * value that is being waited for, which may never come.
 */
export function asyncIterator<T>(
  next: () => Promise<Step<T>>,
  end: () => unknown,
): AsyncIterableIterator<T, undefined> {
  return {
    next,
    async return() {
      await end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
