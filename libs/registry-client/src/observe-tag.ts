import { MANIFEST_ACCEPT, algorithmOf, bareMediaType, digestOf, isDigest, type Digest } from '@strata/oci';
import { notARegistry } from './answer/not-a-registry.js';
import { parseObject } from './answer/parse-object.js';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { describeAsk, headerOf, type Answer } from './http/send.js';
import { LIMITS } from './limits.js';
import { RegistryError } from './registry-error.js';
import type { ObservedTag } from './registry.js';
import { isWebPage, readingsOf, strangeness } from './verified-bytes.js';

/**
 * Asks what a tag points at, by HEAD because registries do not count it as a pull, and by GET wherever HEAD
 * leaves a doubt: no usable digest, or a 404 or 405, which some proxies answer to every HEAD. Null only when
 * a GET says cleanly that the tag does not exist. Throws `RegistryError`.
 */
export async function observeTag(
  tools: Tools,
  repository: string,
  tag: string,
  signal: AbortSignal,
): Promise<ObservedTag | null> {
  const resource = { kind: 'tag', repository, tag } as const;
  const question = { resource, accept: MANIFEST_ACCEPT, ceilingBytes: LIMITS.manifestBytes };
  const head = await askRegistry(tools, { ...question, method: 'HEAD' }, signal);
  const told = head.status === 200 ? readHead(head) : null;
  if (told !== null) return told;
  if (![200, 404, 405].includes(head.status)) throw refusalOf(tools, head);
  const answer = await askRegistry(tools, { ...question, method: 'GET' }, signal);
  if (answer.status === 200) return readGet(answer);
  const refusal = refusalOf(tools, answer);
  if (refusal.code === 'not-found') return null;
  throw refusal;
}

function readHead(answer: Answer): ObservedTag | null {
  const digest = toldDigest(answer);
  const mediaType = bareMediaType(headerOf(answer.headers, 'content-type'));
  return digest === null || isWebPage(mediaType) ? null : { digest, mediaType };
}

/** Nothing was promised about these bytes, so they must at least look like a manifest, and agree with their own header. */
function readGet(answer: Answer): ObservedTag {
  const strange = strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  const mediaType = bareMediaType(headerOf(answer.headers, 'content-type'));
  const fields = parseObject(answer.body);
  if (typeof fields?.['schemaVersion'] !== 'number' && typeof fields?.['mediaType'] !== 'string') {
    throw notARegistry(answer, 'no manifest');
  }
  const told = toldDigest(answer);
  const digests = readingsOf(answer).map((bytes) => digestOf(bytes, told === null ? 'sha256' : algorithmOf(told)));
  const digest = told ?? digests[0];
  if (digest === undefined || !digests.includes(digest)) {
    throw new RegistryError('digest-mismatch', `${describeAsk(answer)}: the registry calls these bytes ${told}`, {
      status: 200,
    });
  }
  return { digest, mediaType };
}

function toldDigest(answer: Answer): Digest | null {
  const told = headerOf(answer.headers, 'docker-content-digest');
  return told !== null && isDigest(told) ? told : null;
}
