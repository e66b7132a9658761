const WIDTH = 32;

/** Shows how far something is. */
export interface Progress {
  show(done: number): void;
  /** Leaves the last state standing. */
  end(): void;
}

/** A bar that is drawn over itself on a terminal; elsewhere a line for every quarter. */
export function openProgress(
  title: string,
  total: number,
  output: { readonly write: (text: string) => void; readonly isTerminal: boolean },
): Progress {
  return output.isTerminal ? openBar(title, total, output.write) : openLines(title, total, output.write);
}

function openBar(title: string, total: number, write: (text: string) => void): Progress {
  return {
    show(done) {
      const filled = Math.round((WIDTH * done) / total);
      write(`\r${title}  ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}  ${done} of ${total}\x1b[K`);
    },
    end: () => write('\n'),
  };
}

function openLines(title: string, total: number, write: (text: string) => void): Progress {
  let told = 0;
  return {
    show(done) {
      const quarter = Math.floor((4 * done) / total);
      if (quarter > told) write(`${title}: ${done} of ${total}\n`);
      told = Math.max(told, quarter);
    },
    end: () => undefined,
  };
}
