/** The hosts of Artifact Registry, and of Container Registry, which it has taken over. */
const HOST = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)\//;

/** The names of a notification, unchecked but for the host, or why they cannot be told. */
export type NamesInReferences =
  | { readonly repository: string | null; readonly tag: string | null; readonly digest: string | null }
  | { readonly problem: string };

/**
 * Takes the names out of `host/repository@digest` and `host/repository:tag`. The host is removed where it is exactly one of
 * Google's, because any other could pass for the beginning of a name. Where both are there they agree about the repository.
 */
export function namesInReferences(digestReference: string | null, tagReference: string | null): NamesInReferences {
  const [byDigest, byTag] = [cut(digestReference, '@'), cut(tagReference, ':')]; // no port stands in these hosts
  const paths = [byDigest, byTag].flatMap((reference) => (reference === null ? [] : [reference.path]));
  const stranger = paths.find((path) => !HOST.test(path));
  if (stranger !== undefined) {
    return {
      problem: `this does not begin with a host of Artifact Registry: ${JSON.stringify(stranger.slice(0, 100))}`,
    };
  }
  const [path, other = path] = paths;
  if (path !== other) return { problem: 'digest and tag name different repositories' };
  return { repository: path?.replace(HOST, '') ?? null, tag: byTag?.rest ?? null, digest: byDigest?.rest ?? null };
}

function cut(
  reference: string | null,
  separator: '@' | ':',
): { readonly path: string; readonly rest: string | null } | null {
  if (reference === null) return null;
  const at = reference.lastIndexOf(separator);
  if (at < 0) return { path: reference, rest: null };
  return { path: reference.slice(0, at), rest: reference.slice(at + 1) };
}
