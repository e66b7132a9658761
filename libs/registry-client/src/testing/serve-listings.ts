import { answer, refuse, type Call } from './call.js';
import { isObject, parseObject } from '../answer/parse-object.js';
import type { StoredManifest } from './registry-content.js';

/** Where a page ended, for those who write the `Link` to the next one. */
export interface PageEnd {
  readonly pathname: string;
  readonly count: number;
  /** What the next page is asked by: the last name, or an opaque word for it; ready for a query. */
  readonly cursor: string;
}

/** How a registry hands out its lists; everything has the default of a well-behaved one. */
export interface FakePaging {
  /** The `Link` behind a page that is not the last; null leaves it out. Default: relative, with `n` and `last`. */
  readonly link?: (end: PageEnd) => string | null;
  /** Sends fewer at once than it is asked for, without a word. */
  readonly cap?: number;
  /** Answers 400 to those who ask for more. Default: 1,000. */
  readonly refuseAbove?: number;
  /** The name of the parameter that says where to go on. Default: `last`. */
  readonly parameter?: string;
  /** Hands out words that only this registry understands instead of names. */
  readonly isOpaque?: boolean;
  /** Sends everything at once, whatever it is asked. */
  readonly ignoresQuery?: boolean;
  /** Answers 404 to `referrers`, as registries without that API do. */
  readonly lacksReferrers?: boolean;
}

/** `/v2/<name>/tags/list`, in pages (OCI distribution-spec 1.1, "Listing Tags"). */
export function serveTags(call: Call, name: string): void {
  const repository = call.content.repositories.get(name);
  if (repository === undefined) return refuse(call, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const tags = [...repository.tags.keys()];
  servePage(call, tags, (page) => ({ name, tags: page.length === 0 ? null : page }));
}

/** `/v2/_catalog`, in pages (Docker Registry HTTP API v2, "Listing Repositories"). */
export function serveCatalog(call: Call): void {
  servePage(call, [...call.content.repositories.keys()], (repositories) => ({ repositories }));
}

/** `/v2/<name>/referrers/<digest>`, in pages (OCI distribution-spec 1.1, "Listing Referrers"). */
export function serveReferrers(call: Call, name: string, digest: string): void {
  if (call.paging.lacksReferrers === true)
    return answer(call, 404, { 'content-type': 'text/plain' }, '404 page not found');
  const manifests = call.content.repositories.get(name)?.manifests ?? new Map<string, StoredManifest>();
  const wanted = call.url.searchParams.get('artifactType');
  const descriptors = new Map(
    [...manifests].flatMap(([key, manifest]) => {
      const descriptor = referrerOf(key, manifest, digest);
      return descriptor === null || (wanted !== null && descriptor.artifactType !== wanted) ? [] : [[key, descriptor]];
    }),
  );
  if (wanted !== null) call.response.setHeader('oci-filters-applied', 'artifactType');
  servePage(
    call,
    [...descriptors.keys()],
    (page) => ({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: page.map((key) => descriptors.get(key)),
    }),
    'application/vnd.oci.image.index.v1+json',
  );
}

function referrerOf(digest: string, { bytes, mediaType }: StoredManifest, subjectDigest: string) {
  const document = parseObject(bytes);
  const subject = document?.['subject'];
  if (document === null || !isObject(subject) || subject['digest'] !== subjectDigest) return null;
  const config = isObject(document['config']) ? document['config']['mediaType'] : undefined;
  const artifactType = document['artifactType'] ?? config;
  return { mediaType, digest, size: bytes.byteLength, artifactType, annotations: document['annotations'] };
}

function servePage(
  call: Call,
  names: readonly string[],
  write: (page: readonly string[]) => unknown,
  contentType = 'application/json',
): void {
  const { paging } = call;
  const { searchParams, pathname } = call.url;
  const limit = paging.refuseAbove ?? 1_000;
  const asked = Number(searchParams.get('n') ?? limit);
  if (!Number.isInteger(asked) || asked < 0 || asked > limit) {
    return refuse(call, 400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested');
  }
  const { parameter = 'last', isOpaque = false, ignoresQuery = false } = paging;
  const cursor = searchParams.get(parameter) ?? '';
  const last = isOpaque ? Buffer.from(cursor, 'base64url').toString() : cursor;
  const rest = [...names].filter((name) => ignoresQuery || name > last).sort((a, b) => (a < b ? -1 : 1));
  const page = ignoresQuery ? rest : rest.slice(0, Math.min(asked, paging.cap ?? asked));
  const end = rest.length > page.length ? page.at(-1) : undefined;
  const next = end === undefined ? null : isOpaque ? Buffer.from(end).toString('base64url') : encodeURIComponent(end);
  const linkOf = paging.link ?? (({ count, cursor: to }) => `<${pathname}?n=${count}&${parameter}=${to}>; rel="next"`);
  const link = next === null ? null : linkOf({ pathname, count: asked, cursor: next });
  answer(call, 200, { 'content-type': contentType, ...(link === null ? {} : { link }) }, JSON.stringify(write(page)));
}
