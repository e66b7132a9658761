import { isRepositoryName, isTag, type Digest } from '@strata/oci';
import { RegistryError } from './registry-error.js';

/** What can be asked of a registry (OCI distribution-spec 1.1, "Endpoints"; `catalog` is Docker's API v2). */
export type Resource =
  | { readonly kind: 'manifest'; readonly repository: string; readonly digest: Digest }
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: Digest }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'base' };

/**
 * The URL of a resource below a registry's base, which may have a path of its own. Throws `invalid-name` for a name
 * outside the grammar of the OCI distribution-spec 1.1, because it would ask for something else.
 */
export function urlOf(baseUrl: URL, resource: Resource, query = ''): URL {
  const url = new URL(baseUrl);
  url.hash = '';
  url.pathname = `${baseUrl.pathname.replace(/\/+$/, '')}/v2/${pathOf(resource)}`;
  url.search = query;
  return url;
}

/** What a token must allow for a question (Distribution token specification, "Resource Scope"); empty: nothing beyond being let in. */
export function scopeOf(resource: Resource): string {
  switch (resource.kind) {
    case 'base':
      return '';
    case 'catalog':
      return 'registry:catalog:*';
    case 'manifest':
    case 'tag':
    case 'blob':
    case 'uploads':
    case 'tags':
    case 'referrers':
      return `repository:${resource.repository}:pull`;
  }
}

function pathOf(resource: Resource): string {
  switch (resource.kind) {
    case 'base':
      return '';
    case 'catalog':
      return '_catalog';
    case 'manifest':
      return `${named(resource.repository)}/manifests/${resource.digest}`;
    case 'tag':
      if (!isTag(resource.tag)) throw invalid('tag', resource.tag);
      return `${named(resource.repository)}/manifests/${resource.tag}`;
    case 'blob':
      return `${named(resource.repository)}/blobs/${resource.digest}`;
    case 'uploads':
      return `${named(resource.repository)}/blobs/uploads/`;
    case 'tags':
      return `${named(resource.repository)}/tags/list`;
    case 'referrers':
      return `${named(resource.repository)}/referrers/${resource.digest}`;
  }
}

function named(repository: string): string {
  if (!isRepositoryName(repository)) throw invalid('repository name', repository);
  return repository;
}

function invalid(what: string, text: string): RegistryError {
  return new RegistryError('invalid-name', `not a ${what}: ${JSON.stringify(text.slice(0, 100))}`);
}
