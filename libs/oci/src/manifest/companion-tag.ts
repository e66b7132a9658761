import { isDigest, type Digest, type DigestAlgorithm } from '../digest.js';

/** What a tag means that tools have written beside an image, and no person: such tags are no versions of anything. */
export type CompanionTag =
  | {
      readonly kind: 'signature' | 'attestation' | 'sbom' | 'referrers';
      readonly algorithm: DigestAlgorithm;
      /** The first 64 digits of the digest that it is about: all of a sha256, half of a sha512. */
      readonly hexPrefix: string;
      /** What it is about, where the tag names all of it. */
      readonly subject: Digest | null;
    }
  | {
      /** A table of contents for lazy pulling, beside the image of another tag (stargz-snapshotter). */
      readonly kind: 'toc';
      readonly imageTag: string;
    };

const KINDS = { '.sig': 'signature', '.att': 'attestation', '.sbom': 'sbom', '': 'referrers' } as const;
const DIGEST_TAG = /^(sha256|sha512)-([0-9a-f]{64})(\.sig|\.att|\.sbom|)$/;
const TOC_SUFFIX = '-esgztoc';

/**
 * Reads the tags of cosign (SIGNATURE_SPEC.md, ATTESTATION_SPEC.md, SBOM_SPEC.md: `sha256-<hex>.sig`, `.att`, `.sbom`), of
 * the fallback for referrers (OCI distribution-spec 1.1, "Referrers Tag Schema": no ending), and of eStargz. Null for a
 * tag that somebody has chosen.
 */
export function readCompanionTag(tag: string): CompanionTag | null {
  if (tag.endsWith(TOC_SUFFIX) && tag.length > TOC_SUFFIX.length)
    return { kind: 'toc', imageTag: tag.slice(0, -TOC_SUFFIX.length) };
  const [, algorithm, hexPrefix = '', suffix] = DIGEST_TAG.exec(tag) ?? [];
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return null;
  if (suffix !== '' && suffix !== '.sig' && suffix !== '.att' && suffix !== '.sbom') return null;
  if (algorithm === 'sha512' && suffix !== '') return null; // cosign knows sha256 only
  const digest = `${algorithm}:${hexPrefix}`;
  return { kind: KINDS[suffix], algorithm, hexPrefix, subject: isDigest(digest) ? digest : null };
}

/** The tag under which clients list referrers for registries that cannot: the digest with `-`, cut to 64 digits. */
export function referrersTag(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}
