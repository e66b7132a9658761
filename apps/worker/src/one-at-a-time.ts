/** Takes what is asked of it one after the other. */
export type OneAtATime = <T>(task: () => Promise<T>) => Promise<T>;

/** Opens a line in which each task waits for the one before it, however that ends, and the first for `opening`. */
export function oneAtATime(opening: Promise<unknown> = Promise.resolve()): OneAtATime {
  let last: Promise<unknown> = opening;
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  };
}
