import {
  MEDIA_TYPES,
  bareMediaType,
  isDigest,
  isJsonObject,
  referrersTag,
  type Descriptor,
  type Digest,
  type JsonValue,
} from '@strata/oci';
import { refusalOf, type Question, type Tools } from '../ask-registry.js';
import { describeAsk, headerOf, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { nextQueryOf } from './next-query.js';
import { parsePage } from './parse-page.js';

/** What answers where the referrers API is not known; so does a 200 of another type, such as a website. */
const NOT_OFFERED: ReadonlySet<number> = new Set([200, 400, 404, 405, 406, 501]);

/** One question for referrers. */
export interface ReferrersQuestion {
  readonly repository: string;
  readonly digest: Digest;
  /** Null: of every type. */
  readonly artifactType: string | null;
  /** Asks one thing in its turn and under its own time limit. */
  readonly ask: (question: Question) => Promise<Answer>;
  /** When this registry was last found without the API; it is believed for a day. */
  readonly memory: { lackedAtMs: number | null };
}

/**
 * What refers to a manifest, in pages (OCI distribution-spec 1.1, "Listing Referrers"), or what the referrers tag
 * holds where the registry has no such API ("Unavailable Referrers API"). Ends only where the list ends; throws
 * `RegistryError` for everything else.
 */
export async function* listReferrers(tools: Tools, wanted: ReferrersQuestion): AsyncGenerator<readonly Descriptor[]> {
  const { repository, digest, artifactType, ask, memory } = wanted;
  const resource = { kind: 'referrers', repository, digest } as const;
  const isLacking = memory.lackedAtMs !== null && tools.now() - memory.lackedAtMs < LIMITS.lacksReferrersMs;
  const asked = new Set<string>();
  let query = isLacking ? null : artifactType === null ? '' : `artifactType=${encodeURIComponent(artifactType)}`;
  if (isLacking) yield* fromTag(tools, wanted);
  while (query !== null) {
    const answer = await ask({ ...GET_INDEX, resource, query });
    if (!isIndex(answer)) {
      if (asked.size > 0 || !NOT_OFFERED.has(answer.status)) throw refusalOf(tools, answer);
      const refusal = answer.status === 200 ? null : refusalOf(tools, answer);
      // A repository that is not there says nothing about the API.
      if (refusal?.code !== 'not-found') memory.lackedAtMs = tools.now();
      yield* fromTag(tools, wanted);
      return;
    }
    asked.add(query);
    yield ofType(readDescriptors(answer), artifactType);
    query = nextQueryOf(answer.headers);
    if (query !== null && asked.has(query)) throw bad(answer, 'the pages go in a circle');
    if (asked.size === LIMITS.listingPages) throw bad(answer, `more than ${LIMITS.listingPages} pages`);
  }
}

const GET_INDEX = { method: 'GET', accept: MEDIA_TYPES.ociIndex, ceilingBytes: LIMITS.manifestBytes } as const;

async function* fromTag(
  tools: Tools,
  { repository, digest, artifactType, ask }: ReferrersQuestion,
): AsyncGenerator<readonly Descriptor[]> {
  const answer = await ask({ ...GET_INDEX, resource: { kind: 'tag', repository, tag: referrersTag(digest) } });
  if (isIndex(answer)) {
    yield ofType(readDescriptors(answer), artifactType);
    return;
  }
  if (answer.status === 200) return; // a tag of that name that is no list
  const refusal = refusalOf(tools, answer);
  if (refusal.code !== 'not-found') throw refusal;
}

function isIndex(answer: Answer): boolean {
  return answer.status === 200 && bareMediaType(headerOf(answer.headers, 'content-type')) === MEDIA_TYPES.ociIndex;
}

/** Always, because a registry may leave the filter out. */
function ofType(descriptors: readonly Descriptor[], artifactType: string | null): readonly Descriptor[] {
  return artifactType === null ? descriptors : descriptors.filter((one) => one.artifactType === artifactType);
}

function readDescriptors(answer: Answer): readonly Descriptor[] {
  return parsePage(answer, 'manifests').map((entry) => {
    const descriptor = readDescriptor(entry);
    if (descriptor === null) throw bad(answer, 'a descriptor that cannot be read');
    return descriptor;
  });
}

function readDescriptor(entry: JsonValue): Descriptor | null {
  if (!isJsonObject(entry)) return null;
  const { mediaType, digest, size, artifactType, annotations } = entry;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest)) return null;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null;
  const notes = Object.entries(isJsonObject(annotations) ? annotations : {}).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return {
    mediaType,
    digest,
    sizeBytes: size,
    artifactType: typeof artifactType === 'string' ? artifactType : null,
    annotations: new Map(notes),
    urls: [],
    data: null,
  };
}

function bad(answer: Answer, problem: string): RegistryError {
  return new RegistryError('bad-response', `${describeAsk(answer)}: ${problem}`, { status: answer.status });
}
