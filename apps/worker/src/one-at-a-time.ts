/** Takes what is asked of it one after the other. */
export type OneAtATime = <T>(task: () => Promise<T>) => Promise<T>;

/** Opens a line in which each task waits for the one before it, however that ends. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  };
}
