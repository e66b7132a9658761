/** Lets so many in at once; the others wait in the order in which they came. */
export interface Turnstile {
  /** A turn that has not begun. */
  turn(): Turn;
  /** Runs `work` as one turn. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** The way of one through a turnstile. */
export interface Turn {
  /** Waits for a place; called once at most. */
  begin(): Promise<void>;
  /** Gives the place back where there is one; called once, and not while `begin` waits. */
  end(): void;
}

/** One with `size` places. */
export function turnstile(size: number): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const turn = (): Turn => {
    let isInside = false;
    return {
      async begin() {
        if (inside >= size) await new Promise<void>((resolve) => waiting.push(resolve));
        else inside += 1;
        isInside = true;
      },
      end() {
        if (!isInside) return;
        const next = waiting.shift(); // takes over our place
        if (next === undefined) inside -= 1;
        else next();
      },
    };
  };
  return {
    turn,
    async run(work) {
      const one = turn();
      try {
        await one.begin();
        return await work();
      } finally {
        one.end();
      }
    },
  };
}
