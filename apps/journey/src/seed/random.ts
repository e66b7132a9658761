import { hash } from 'node:crypto';

/** Numbers that look random and depend on nothing but the seed: the same catalog on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  float(): number;
  /** From 0 up to, not including, `below`. */
  integer(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** So many hexadecimal digits, a multiple of 8. */
  hex(digits: number): string;
  /** Most are near the median, some are many times as large: how sizes of files are distributed. */
  skewed(median: number): number;
}

/** Opens one: Chris Doty-Humphrey's sfc32, started from a hash of the seed. */
export function openRandom(seed: string): Random {
  const start = hash('sha256', seed, 'buffer');
  let a = start.readInt32LE(0);
  let b = start.readInt32LE(4);
  let c = start.readInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const float = (): number => next() / 2 ** 32;
  const integer = (below: number): number => Math.floor(float() * below);
  return {
    float,
    integer,
    chance: (probability) => float() < probability,
    pick: (items) => existing(items[integer(items.length)]),
    hex(digits) {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text;
    },
    skewed: (median) => Math.max(1, Math.round(median * Math.exp(2.4 * (float() + float() + float() - 1.5)))),
  };
}

/** What an array or a map must hold. */
export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the generator has nothing here');
  return value;
}
