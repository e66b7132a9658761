import {
  JsonError,
  MEDIA_TYPES,
  bareMediaType,
  isDigest,
  isJsonArray,
  isJsonObject,
  readJson,
  type Descriptor,
  type Digest,
  type JsonObject,
  type JsonValue,
} from '@strata/oci';
import { notARegistry } from '../answer/not-a-registry.js';
import { refusalOf, type Question, type Tools } from '../ask-registry.js';
import { describeAsk, headerOf, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { strangeness } from '../verified-bytes.js';
import { nextQueryOf } from './next-query.js';

/** Answers that old registries give where they do not know the referrers API. */
const NOT_OFFERED: ReadonlySet<number> = new Set([400, 404, 405, 406, 501]);

/**
 * What refers to a manifest, in pages (OCI distribution-spec 1.1, "Listing Referrers"), or what the referrers tag
 * holds where the registry has no such API ("Unavailable Referrers API"). Ends only where the list ends; throws
 * `RegistryError` for everything else.
 */
export async function* listReferrers(
  tools: Tools,
  what: { readonly repository: string; readonly digest: Digest; readonly artifactType: string | null },
  ask: (question: Question) => Promise<Answer>,
): AsyncGenerator<readonly Descriptor[]> {
  const { repository, digest, artifactType } = what;
  const question = { method: 'GET', accept: MEDIA_TYPES.ociIndex, ceilingBytes: LIMITS.manifestBytes } as const;
  const resource = { kind: 'referrers', repository, digest } as const;
  const seen = new Set<string>();
  let query: string | null = artifactType === null ? '' : `artifactType=${encodeURIComponent(artifactType)}`;
  while (query !== null) {
    if (seen.has(query)) throw bad('the pages go in a circle', resource.kind);
    if (seen.size === LIMITS.listingPages) throw bad(`more than ${LIMITS.listingPages} pages`, resource.kind);
    const answer = await ask({ ...question, resource, query });
    if (!isIndex(answer)) {
      if (seen.size > 0 || !(answer.status === 200 || NOT_OFFERED.has(answer.status))) throw refusalOf(tools, answer);
      const tag = { kind: 'tag', repository, tag: referrersTag(digest) } as const;
      yield* fromTag(tools, await ask({ ...question, resource: tag }), artifactType);
      return;
    }
    seen.add(query);
    yield ofType(readDescriptors(answer), artifactType);
    query = nextQueryOf(answer.headers);
  }
}

/** The tag under which clients list referrers for registries that cannot (OCI distribution-spec 1.1, "Referrers Tag Schema"). */
export function referrersTag(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}

function* fromTag(tools: Tools, answer: Answer, artifactType: string | null): Generator<readonly Descriptor[]> {
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

function ofType(descriptors: readonly Descriptor[], artifactType: string | null): readonly Descriptor[] {
  return artifactType === null ? descriptors : descriptors.filter((one) => one.artifactType === artifactType);
}

function readDescriptors(answer: Answer): readonly Descriptor[] {
  const strange = strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  const document = parse(answer);
  const entries = isJsonObject(document) ? document['manifests'] : undefined;
  if (entries === null) return [];
  if (!isJsonArray(entries)) throw notARegistry(answer, 'no list of manifests');
  return entries.map((entry) => {
    const descriptor = isJsonObject(entry) ? readDescriptor(entry) : null;
    if (descriptor === null) throw bad('a descriptor that cannot be read', describeAsk(answer));
    return descriptor;
  });
}

function parse(answer: Answer): JsonValue {
  try {
    return readJson(answer.body).value;
  } catch (error) {
    if (error instanceof JsonError) throw notARegistry(answer, 'something else than JSON');
    throw error;
  }
}

function readDescriptor(entry: JsonObject): Descriptor | null {
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
  };
}

function bad(problem: string, where: string): RegistryError {
  return new RegistryError('bad-response', `${where}: ${problem}`, { status: 200 });
}
