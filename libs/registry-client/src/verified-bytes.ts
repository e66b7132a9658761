import { algorithmOf, bareMediaType, digestOf, formatOfMediaType, schema1Payload, type Digest } from '@strata/oci';
import { parseObject } from './answer/parse-object.js';
import { notARegistry } from './answer/not-a-registry.js';
import { describeAsk, headerOf, type Answer } from './http/send.js';
import { RegistryError } from './registry-error.js';

/**
 * The body of a 200 as served, once its hash is the one that was asked for; of a signed schema 1 manifest, the hash of
 * the signed part, which is all that `parseManifest` reads of it. Throws `digest-mismatch` for other content and `unavailable` for what is no content at all: an empty body, a web page, an error dressed as success.
 */
export function verifiedBytes(answer: Answer, digest: Digest): Uint8Array {
  if (readingsOf(answer).some((bytes) => digestOf(bytes, algorithmOf(digest)) === digest)) return answer.body;
  const strange = strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  throw new RegistryError(
    'digest-mismatch',
    `${describeAsk(answer)}: the ${answer.body.byteLength} bytes have another digest`,
    {
      status: answer.status,
    },
  );
}

/** What a digest may cover, the likelier first: the signed part where there is one, and all of it. */
export function readingsOf({ body, headers }: Answer): readonly Uint8Array[] {
  const mediaType = bareMediaType(headerOf(headers, 'content-type'));
  const mayBeSigned = mediaType !== null && formatOfMediaType(mediaType) === 'docker-schema1';
  const payload = mayBeSigned ? schema1Payload(body) : null;
  return payload === null ? [body] : [payload, body];
}

/** Names what a 200 carries instead of content; null when it may be content. */
export function strangeness({ body, headers }: Answer): string | null {
  if (body.byteLength === 0) return 'an empty body';
  if (isWebPage(bareMediaType(headerOf(headers, 'content-type')))) return 'a web page';
  const fields = body[0] === 0x7b ? parseObject(body) : null; // {
  return Array.isArray(fields?.['errors']) ? 'an error' : null;
}

/** Login pages and error pages: no registry content is ever served as one of these. */
export function isWebPage(mediaType: string | null): boolean {
  return mediaType === 'text/html' || mediaType === 'application/xhtml+xml';
}
