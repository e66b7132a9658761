/** Lets at most `size` run at once; the others wait in the order in which they came. */
export function turnstile(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (inside >= size) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift(); // takes over our place
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
