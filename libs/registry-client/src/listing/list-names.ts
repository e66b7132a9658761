import { isRepositoryName, isTag } from '@strata/oci';
import { notARegistry } from '../answer/not-a-registry.js';
import { refusalOf, type Tools } from '../ask-registry.js';
import { describeAsk, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import type { ListedPage } from '../registry.js';
import { nextQueryOf } from './next-query.js';
import { parsePage } from './parse-page.js';

/** One listing of names. */
export interface Listing {
  readonly kind: 'catalog' | 'tags';
  /** Asks for one page in its turn and under its own time limit. */
  readonly ask: (query: string) => Promise<Answer>;
  /** How many names this registry lets us ask for at once; learned once for all its listings. */
  readonly pageSize: { count: number };
}

/** What to ask for next, and who says so: the registry by a `Link`, or we, from the last name of a full page. */
interface Step {
  readonly query: string;
  readonly isGuess: boolean;
}

/**
 * Reads a listing page by page (OCI distribution-spec 1.1, "Listing Tags"; Docker Registry API v2, "Listing
 * Repositories"). Ends only where the registry ends the list; throws `RegistryError` for everything else, so that no
 * half of a listing is ever taken for the whole.
 */
export async function* listNames(tools: Tools, listing: Listing, after?: string): AsyncGenerator<ListedPage> {
  const asked = new Set<string>();
  let previous: readonly string[] = [];
  let namesSoFar = 0;
  let step: Step | null = after === undefined ? null : { query: after, isGuess: false };
  do {
    if (asked.size === LIMITS.listingPages) throw endless(listing, `${LIMITS.listingPages} pages`);
    const answer = step === null ? await askFirst(tools, listing) : await askPage(tools, listing, step.query);
    asked.add(answer.url.search.slice(1));
    if (step !== null) asked.add(step.query);
    const told = readNames(answer, listing.kind);
    if (told.length > 0 && isSame(told, previous)) {
      if (step?.isGuess === true) return; // an old registry that knows no pages sends everything again
      throw circular(answer);
    }
    namesSoFar += told.length;
    if (namesSoFar > LIMITS.listingNames) throw endless(listing, `${LIMITS.listingNames} names`);
    step = nextStep(answer, told, listing, asked);
    previous = told;
    const unique = [...new Set(told)];
    const names = unique.filter(listing.kind === 'tags' ? isTag : isRepositoryName);
    yield { names, skipped: unique.length - names.length, next: step?.query ?? null };
  } while (step !== null);
}

/** Some registries refuse 1,000 names at once; all take 100. */
async function askFirst(tools: Tools, { kind, ask, pageSize }: Listing): Promise<Answer> {
  const answer = await ask(`n=${pageSize.count}`);
  if (answer.status !== 400 || pageSize.count === LIMITS.fallbackPageNames) return succeeded(tools, answer, kind);
  const smaller = await ask(`n=${LIMITS.fallbackPageNames}`);
  if (smaller.status === 200) pageSize.count = LIMITS.fallbackPageNames;
  return succeeded(tools, smaller, kind);
}

async function askPage(tools: Tools, { kind, ask }: Listing, query: string): Promise<Answer> {
  return succeeded(tools, await ask(query), kind);
}

/** A registry without a catalog has nothing there, which says nothing about any repository. */
function succeeded(tools: Tools, answer: Answer, kind: Listing['kind']): Answer {
  if (answer.status === 200) return answer;
  const refusal = refusalOf(tools, answer);
  if (kind === 'tags' || answer.status !== 404) throw refusal;
  throw new RegistryError('unsupported', refusal.message, { status: 404 });
}

function nextStep(
  answer: Answer,
  told: readonly string[],
  { pageSize }: Listing,
  asked: ReadonlySet<string>,
): Step | null {
  const linked = nextQueryOf(answer.headers);
  if (linked !== null) {
    const query = withCount(linked, pageSize.count);
    if (asked.has(query)) throw circular(answer);
    return { query, isGuess: false };
  }
  // Old registries send no Link: a page that is exactly full may not be the last.
  const count = Number(new URLSearchParams(answer.url.search).get('n'));
  const last = told.at(-1);
  if (last === undefined || told.length !== count) return null;
  const query = `n=${count}&last=${encodeURIComponent(last)}`;
  return asked.has(query) ? null : { query, isGuess: true };
}

/** Some registries write `n=0` into a Link, which would ask them for nothing. */
function withCount(query: string, count: number): string {
  return query.replace(/(^|&)n=0*(?=&|$)/, `$1n=${count}`);
}

function readNames(answer: Answer, kind: Listing['kind']): readonly string[] {
  return parsePage(answer, kind === 'tags' ? 'tags' : 'repositories').map((name) => {
    if (typeof name !== 'string') throw notARegistry(answer, 'a list of something else than names');
    return name;
  });
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, at) => name === others[at]);
}

function circular(answer: Answer): RegistryError {
  return new RegistryError('bad-response', `${describeAsk(answer)}: the pages go in a circle`, { status: 200 });
}

function endless({ kind }: Listing, what: string): RegistryError {
  return new RegistryError('too-large', `a listing (${kind}) of more than ${what}`);
}
