import type { ListedPage, RegistryError } from '@strata/registry-client';
import type { AskPatiently } from './ask-patiently.js';

/** One page of a listing, by the name under which it can be asked for again; or why there is none, which ends it. */
export type PageOrRefusal =
  | {
      readonly kind: 'page';
      readonly token: string | null;
      readonly names: readonly string[];
      readonly skipped: number;
    }
  | { readonly kind: 'refusal'; readonly error: RegistryError };

/** Reads a listing from a page on. After trouble it is opened again where it was. */
export async function* pagesOf(
  list: (options: { readonly after?: string }) => AsyncIterable<ListedPage>,
  from: string | null,
  ask: AskPatiently,
): AsyncGenerator<PageOrRefusal> {
  const open = (at: string | null) => list(at === null ? {} : { after: at })[Symbol.asyncIterator]();
  let token = from;
  let pages = open(token);
  for (;;) {
    const told = await ask(() =>
      pages.next().catch((error: unknown) => {
        pages = open(token); // an iteration that threw is over
        throw error;
      }),
    );
    if (told.kind === 'refusal') {
      yield told;
      return;
    }
    if (told.value.done === true) return;
    const { names, skipped, next } = told.value.value;
    yield { kind: 'page', token, names, skipped };
    if (next === null) return;
    token = next;
  }
}
