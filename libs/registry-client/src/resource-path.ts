import { isRepositoryName, isTag, type Digest } from '@strata/oci';

/** What can be asked about a repository. */
export type Resource =
  | { readonly kind: 'manifest'; readonly digest: Digest }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'blob'; readonly digest: Digest };

/**
 * The URL of a resource below a registry's base, which may have a path of its own. Throws `TypeError` for a
 * name outside the grammar of the OCI distribution-spec 1.1: it would ask for something else, so it is a bug to ask.
 */
export function urlOf(baseUrl: URL, repository: string, resource: Resource): URL {
  if (!isRepositoryName(repository)) {
    throw new TypeError(`not a repository name: ${JSON.stringify(repository.slice(0, 100))}`);
  }
  const url = new URL(baseUrl);
  url.search = '';
  url.hash = '';
  url.pathname = `${baseUrl.pathname.replace(/\/+$/, '')}/v2/${repository}/${pathOf(resource)}`;
  return url;
}

function pathOf(resource: Resource): string {
  switch (resource.kind) {
    case 'manifest':
      return `manifests/${resource.digest}`;
    case 'blob':
      return `blobs/${resource.digest}`;
    case 'tag':
      if (!isTag(resource.tag)) throw new TypeError(`not a tag: ${JSON.stringify(resource.tag.slice(0, 100))}`);
      return `manifests/${resource.tag}`;
  }
}
