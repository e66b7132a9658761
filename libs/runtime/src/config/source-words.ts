import type { z } from 'zod';

/** What the configuration has to know of senders, handed in because this library knows none. */
export interface SourceWords<D extends string, A> {
  /** The words for `dialect`. */
  readonly dialects: readonly D[];
  /** The shape of `authentication`. */
  readonly authentication: z.ZodType<A>;
  /** Whether a sender of this dialect can do what was said, and what counts where nothing was. */
  readonly settle: (said: SaidOfSender<D, A>) => SettledSender<A>;
}

/** What an entry of `sources` says about its sender. */
export interface SaidOfSender<D extends string, A> {
  readonly dialect: D;
  readonly authentication: A | undefined;
  readonly secrets: readonly string[];
}

/** The authentication that counts, or what is wrong and where, below the source's entry. */
export type SettledSender<A> =
  | { readonly ok: true; readonly authentication: A }
  | { readonly ok: false; readonly path: readonly (string | number)[]; readonly message: string };
