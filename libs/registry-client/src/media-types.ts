/**
 * Everything that can be catalogued, in order of preference. Sent on every manifest request, by digest as
 * well: with a type missing, registries convert or answer 404 (OCI distribution-spec 1.1, "Pulling manifests").
 */
export const ACCEPTED_MANIFESTS: string = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
].join(', ');

/** A Content-Type without its parameters, lower case; null where there is none or it is no media type. */
export function mediaTypeOf(contentType: string | null): string | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[!#$&^_.+a-z0-9-]{1,127}\/[!#$&^_.+a-z0-9-]{1,127}$/.test(type) ? type : null;
}

/** Login pages and error pages: no registry content is ever served as one of these. */
export function isWebPage(mediaType: string | null): boolean {
  return mediaType === 'text/html' || mediaType === 'application/xhtml+xml';
}
