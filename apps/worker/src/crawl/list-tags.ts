import type { Registry, RegistryError } from '@strata/registry-client';
import type { AskPatiently } from './ask-patiently.js';
import { FIRST_LISTING, type ListingPlace } from './cursor.js';
import { pagesOf, type PageOrRefusal } from './pages-of.js';

/** What the walk through the lists needs. */
export interface Lists {
  readonly registry: Pick<Registry, 'listRepositories' | 'listTags'>;
  readonly ask: AskPatiently;
  readonly signal: AbortSignal;
  /** Only this one; null for all. */
  readonly repository: string | null;
  /** Repositories that the operator has named: walked also where the registry does not list them. */
  readonly configured: readonly string[];
  /** Those and all that the catalog knows, by name, behind `after`; at most a page of them. */
  readonly findKnown: (after: string) => Promise<readonly string[]>;
}

/** What the lists say, page by page. */
export type Listed =
  | {
      readonly kind: 'tags';
      readonly place: ListingPlace & { readonly repository: string };
      readonly names: readonly string[];
    }
  | { readonly kind: 'unlisted'; readonly repository: string; readonly error: RegistryError }
  | { readonly kind: 'lists-nothing'; readonly error: RegistryError };

/** Lists all tags of all repositories from a place on. A repository that has gone has no tags. */
export async function* listTags(lists: Lists, from: ListingPlace): AsyncGenerator<Listed> {
  for await (const page of repositoryPages(lists, from)) {
    if (page.kind === 'refusal') {
      yield { kind: 'lists-nothing', error: page.error };
      continue;
    }
    const isResumed = page.of === from.of && page.token === from.page;
    const names = isResumed ? startingAt(page.names, from.repository) : page.names;
    for (const repository of names) {
      const isHere = isResumed && repository === from.repository;
      yield* tagsOf(lists, { ...(isHere ? from : FIRST_LISTING), of: page.of, page: page.token, repository });
    }
  }
}

async function* tagsOf(
  { registry, ask, signal }: Lists,
  from: ListingPlace & { readonly repository: string },
): AsyncGenerator<Listed> {
  const { repository } = from;
  const list = (options: { readonly after?: string }) => registry.listTags(repository, { ...options, signal });
  for await (const page of pagesOf(list, from.tagPage, ask)) {
    if (page.kind === 'page') {
      const names = page.token === from.tagPage ? startingAfter(page.names, from.tag) : page.names;
      yield { kind: 'tags', place: { ...from, tagPage: page.token, tag: null }, names };
    } else if (page.error.code !== 'not-found') {
      yield { kind: 'unlisted', repository, error: page.error };
    }
  }
}

type RepositoryPage = PageOrRefusal & { readonly of: ListingPlace['of'] };

/** The registry's own list, then what it leaves out: what the operator has named or, where it lists nothing, all we know. */
async function* repositoryPages(lists: Lists, from: ListingPlace): AsyncGenerator<RepositoryPage> {
  const { registry, ask, signal, repository, configured } = lists;
  if (repository !== null) {
    yield { ...pageWith([repository]), of: 'registry' };
    return;
  }
  if (from.of === 'known') {
    yield* knownPages(lists, from.page ?? '');
    return;
  }
  const listed = new Set<string>();
  if (from.of === 'registry') {
    const list = (options: { readonly after?: string }) => registry.listRepositories({ ...options, signal });
    for await (const page of pagesOf(list, from.page, ask)) {
      yield { ...page, of: 'registry' };
      if (page.kind === 'refusal') {
        yield* knownPages(lists, '');
        return;
      }
      for (const name of page.names) listed.add(name);
    }
  }
  yield { ...pageWith(configured.filter((name) => !listed.has(name))), of: 'configured' };
}

async function* knownPages({ findKnown }: Lists, from: string): AsyncGenerator<RepositoryPage> {
  let after: string | undefined = from;
  while (after !== undefined) {
    const names = await findKnown(after);
    yield { ...pageWith(names, after), of: 'known' };
    after = names.at(-1);
  }
}

function pageWith(names: readonly string[], token: string | null = null): PageOrRefusal {
  return { kind: 'page', token, names, skipped: 0 };
}

/** From `name` on; from the beginning where it has gone. */
function startingAt(names: readonly string[], name: string | null): readonly string[] {
  return names.slice(name === null ? 0 : Math.max(0, names.indexOf(name)));
}

/** Behind `name`; from the beginning where it has gone. */
function startingAfter(names: readonly string[], name: string | null): readonly string[] {
  return names.slice(name === null ? 0 : names.indexOf(name) + 1);
}
