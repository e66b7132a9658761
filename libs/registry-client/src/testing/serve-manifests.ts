import { setTimeout as sleep } from 'node:timers/promises';
import { algorithmOf, bareMediaType, digestOf, isDigest, type Digest } from '@strata/oci';
import { isObject, parseObject } from '../answer/parse-object.js';
import { answer, bodyOf, refuse, type Call } from './call.js';
import {
  coveredBytes,
  repositoryOf,
  storeManifest,
  type StoredManifest,
  type StoredRepository,
} from './registry-content.js';

const LARGEST_BYTES = 4 * 1024 * 1024;

/** `/v2/<name>/manifests/<reference>` (OCI distribution-spec 1.1), with Distribution's events. */
export async function serveManifests(call: Call, name: string, reference: string): Promise<void> {
  switch (call.request.method) {
    case 'GET':
    case 'HEAD':
      return readManifest(call, name, reference);
    case 'PUT':
      return putManifest(call, name, reference);
    case 'DELETE':
      return deleteManifest(call, name, reference);
    default:
      return refuse(call, 405, 'UNSUPPORTED', 'method not allowed');
  }
}

function readManifest(call: Call, name: string, reference: string): void {
  const repository = call.content.repositories.get(name);
  if (repository === undefined) return refuse(call, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const digest = isDigest(reference) ? reference : repository.tags.get(reference);
  const manifest = digest === undefined ? undefined : repository.manifests.get(digest);
  if (digest === undefined || manifest === undefined || !isAccepted(call, manifest)) {
    return refuse(call, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }
  answer(
    call,
    200,
    { 'content-type': manifest.mediaType, 'docker-content-digest': digest, etag: `"${digest}"` },
    manifest.bytes,
  );
  call.emit(seedOf(call, 'pull', name, { digest, manifest, tag: tagOf(reference) }));
}

/** Distribution compares exact words and answers 404 for a type that was not asked for. */
function isAccepted({ request }: Call, { mediaType }: StoredManifest): boolean {
  const accept = request.headers.accept ?? '*/*';
  return accept.split(',').some((word) => ['*/*', mediaType].includes(word.split(';', 1)[0]?.trim() ?? ''));
}

async function putManifest(call: Call, name: string, reference: string): Promise<void> {
  const bytes = await bodyOf(call.request, LARGEST_BYTES);
  if (bytes === null) return refuse(call, 413, 'SIZE_INVALID', 'manifest too large');
  const document = parseObject(bytes);
  const mediaType = bareMediaType(call.request.headers['content-type'] ?? null);
  if (document === null || mediaType === null) return refuse(call, 400, 'MANIFEST_INVALID', 'manifest invalid');
  const manifest = { bytes, mediaType };
  const digest = digestOf(coveredBytes(manifest), isDigest(reference) ? algorithmOf(reference) : 'sha256');
  if (isDigest(reference) && reference !== digest)
    return refuse(call, 400, 'DIGEST_INVALID', 'digest did not match content');
  if (call.checkReferences) {
    const missing = missingReference(document, repositoryOf(call.content, name));
    if (missing !== null) return refuse(call, 400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing}`);
  }
  storeManifest(call.content, name, manifest, digest);
  const tag = tagOf(reference);
  // In this order: a real registry announces the manifest before it moves the tag.
  call.emit(seedOf(call, 'push', name, { digest, manifest, tag }));
  if (tag !== null) {
    if (call.tagDelayMs > 0) await sleep(call.tagDelayMs);
    repositoryOf(call.content, name).tags.set(tag, digest);
  }
  const subject = document['subject'];
  answer(call, 201, {
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(isObject(subject) && typeof subject['digest'] === 'string' ? { 'oci-subject': subject['digest'] } : {}),
  });
}

function missingReference(document: Readonly<Record<string, unknown>>, repository: StoredRepository): string | null {
  const list = (field: string) => (Array.isArray(document[field]) ? document[field].filter(isObject) : []);
  const blobs = [document['config'], ...list('layers')].filter(isObject).filter(({ urls }) => urls === undefined);
  const absent =
    blobs.find(({ digest }) => !repository.blobs.has(String(digest))) ??
    list('manifests').find(({ digest }) => !repository.manifests.has(String(digest)));
  return absent === undefined ? null : String(absent['digest']);
}

function deleteManifest(call: Call, name: string, reference: string): void {
  const repository = call.content.repositories.get(name);
  const tags = isDigest(reference)
    ? [...(repository?.tags ?? [])].filter(([, digest]) => digest === reference).map(([tag]) => tag)
    : [reference];
  const known = isDigest(reference) ? repository?.manifests.has(reference) : repository?.tags.has(reference);
  if (repository === undefined || known !== true) return refuse(call, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  if (isDigest(reference)) {
    repository.manifests.delete(reference);
    call.emit(seedOf(call, 'delete', name, { digest: reference, manifest: null, tag: null }));
  }
  for (const tag of tags) {
    repository.tags.delete(tag);
    call.emit(seedOf(call, 'delete', name, { digest: null, manifest: null, tag }));
  }
  answer(call, 202);
}

function tagOf(reference: string): string | null {
  return isDigest(reference) ? null : reference;
}

function seedOf(
  call: Call,
  action: 'push' | 'pull' | 'delete',
  repository: string,
  what: {
    readonly digest: Digest | string | null;
    readonly manifest: StoredManifest | null;
    readonly tag: string | null;
  },
): Parameters<Call['emit']>[0] {
  const host = call.request.headers.host ?? '';
  const sizeBytes = what.manifest?.bytes.byteLength ?? 0;
  return {
    action,
    target: {
      mediaType: what.manifest?.mediaType ?? '',
      digest: what.digest ?? '',
      size: sizeBytes,
      ...(what.manifest === null ? {} : { length: sizeBytes }),
      repository,
      ...(what.manifest === null ? {} : { url: `http://${host}/v2/${repository}/manifests/${what.digest}` }),
      ...(what.tag === null ? {} : { tag: what.tag }),
    },
    request: requestFacts(call),
    actor: null,
  };
}

/** What an event repeats of the request that caused it; all of it the client's own words. */
export function requestFacts({ request }: Call): Readonly<Record<string, string>> {
  return {
    addr: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    host: request.headers.host ?? '',
    method: request.method ?? '',
    useragent: request.headers['user-agent'] ?? '',
  };
}
