import { isRepositoryName, isTag, readJson, isJsonArray, isJsonObject, JsonError, type JsonValue } from '@strata/oci';
import { notARegistry } from '../answer/not-a-registry.js';
import { refusalOf, type Tools } from '../ask-registry.js';
import { describeAsk, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import type { ListedPage } from '../registry.js';
import type { Resource } from '../resource-path.js';
import { strangeness } from '../verified-bytes.js';
import { nextQueryOf } from './next-query.js';

/** One kind of listing: where it is, what holds its names, and which names can be asked for afterwards. */
export interface Listing {
  readonly resource: Extract<Resource, { readonly kind: 'catalog' | 'tags' }>;
  /** Asks for one page in its turn and under its own time limit. */
  readonly ask: (query: string) => Promise<Answer>;
}

/** What was asked for, and who chose the query: the registry by a `Link`, or we from the last name we got. */
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
  const seen = new Set<string>();
  let previous: readonly string[] = [];
  let namesSoFar = 0;
  let step: Step | null = { query: after ?? firstQuery(LIMITS.pageNames), isGuess: false };
  for (let pages = 0; step !== null; pages += 1) {
    if (pages === LIMITS.listingPages) throw endless(listing, `${LIMITS.listingPages} pages`);
    seen.add(step.query);
    const answer = await askPage(tools, listing, step, after === undefined && pages === 0);
    const told = readNames(answer, listing.resource.kind);
    const repeats =
      told.length > 0 && told.length === previous.length && told.every((name, at) => name === previous[at]);
    if (repeats && step.isGuess) return; // an old registry that knows no pages sends everything again
    if (repeats) throw circular(answer);
    const next = nextStep(answer, told, seen);
    namesSoFar += told.length;
    if (namesSoFar > LIMITS.listingNames) throw endless(listing, `${LIMITS.listingNames} names`);
    const names = usable(told, listing.resource.kind);
    yield { names, skipped: new Set(told).size - names.length, next: next?.query ?? null };
    previous = told;
    step = next;
  }
}

function firstQuery(count: number): string {
  return `n=${count}`;
}

/** Some registries refuse 1,000 names at once; all take 100. */
async function askPage(tools: Tools, { ask }: Listing, { query }: Step, isFirst: boolean): Promise<Answer> {
  const answer = await ask(query);
  if (answer.status === 200) return answer;
  const smaller = isFirst && answer.status === 400 ? await ask(firstQuery(LIMITS.fallbackPageNames)) : answer;
  if (smaller.status === 200) return smaller;
  throw refusalOf(tools, smaller);
}

function nextStep(answer: Answer, told: readonly string[], seen: ReadonlySet<string>): Step | null {
  const linked = nextQueryOf(answer.headers);
  if (linked !== null) {
    const query = withCount(linked);
    if (seen.has(query)) throw circular(answer);
    return { query, isGuess: false };
  }
  // Old registries send no Link: a page that is exactly full may not be the last.
  const asked = new URLSearchParams(answer.url.search);
  const count = Number(asked.get('n'));
  const last = told.at(-1);
  if (last === undefined || told.length !== count) return null;
  const query = `${firstQuery(count)}&last=${encodeURIComponent(last)}`;
  return seen.has(query) ? null : { query, isGuess: true };
}

/** GitHub's registry repeats a missing `n` as `n=0`, which would ask for nothing. */
function withCount(query: string): string {
  return query.replace(/(^|&)n=(?:0+|-\d*)?(?=&|$)/, `$1${firstQuery(LIMITS.pageNames)}`);
}

function readNames(answer: Answer, kind: Listing['resource']['kind']): readonly string[] {
  const strange = strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  const document = parse(answer);
  const names = isJsonObject(document) ? document[kind === 'tags' ? 'tags' : 'repositories'] : undefined;
  if (names === null) return []; // Go's way to write an empty list
  if (!isJsonArray(names)) throw notARegistry(answer, 'no list of names');
  return names.map((name) => {
    if (typeof name !== 'string') throw notARegistry(answer, 'a list of something else than names');
    return name;
  });
}

function parse(answer: Answer): JsonValue {
  try {
    return readJson(answer.body, { maxValues: LIMITS.listingValues }).value;
  } catch (error) {
    if (error instanceof JsonError) throw notARegistry(answer, 'something else than JSON');
    throw error;
  }
}

function usable(names: readonly string[], kind: Listing['resource']['kind']): readonly string[] {
  return [...new Set(names)].filter(kind === 'tags' ? isTag : isRepositoryName);
}

function circular(answer: Answer): RegistryError {
  return new RegistryError('bad-response', `${describeAsk(answer)}: the pages go in a circle`, { status: 200 });
}

function endless({ resource }: Listing, what: string): RegistryError {
  return new RegistryError('too-large', `a listing (${resource.kind}) of more than ${what}`);
}
