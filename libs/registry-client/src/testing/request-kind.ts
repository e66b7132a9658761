/** What a request to a registry is for. */
export type RequestKind =
  'base' | 'catalog' | 'tags' | 'referrers' | 'manifest-head' | 'manifest-get' | 'blob-get' | 'token' | 'other';

/** How many requests of each kind there were; absent means none. */
export type RequestCounts = Readonly<Partial<Record<RequestKind, number>>>;

/** Tells what a request is for by its method and path; everything that writes is `other`. */
export function requestKindOf(method: string, pathname: string): RequestKind {
  if (pathname === '/token') return 'token';
  if (method !== 'GET' && method !== 'HEAD') return 'other';
  if (/^\/v2\/?$/.test(pathname)) return 'base';
  if (pathname === '/v2/_catalog') return 'catalog';
  const [, kind, rest = ''] = /^\/v2\/.+?\/(manifests|blobs|tags|referrers)\/(.+)$/.exec(pathname) ?? [];
  switch (kind) {
    case 'manifests':
      return method === 'HEAD' ? 'manifest-head' : 'manifest-get';
    case 'blobs':
      return method === 'GET' ? 'blob-get' : 'other';
    case 'tags':
      return rest === 'list' ? 'tags' : 'other';
    case 'referrers':
      return 'referrers';
    default:
      return 'other';
  }
}
