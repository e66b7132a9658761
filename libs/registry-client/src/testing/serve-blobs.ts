import { algorithmOf, digestOf, isDigest } from '@strata/oci';
import { answer, bodyOf, refuse, type Call } from './call.js';
import { openUpload, repositoryOf, storeBlob } from './registry-content.js';
import { requestFacts } from './serve-manifests.js';

const LARGEST_BYTES = 256 * 1024 * 1024;

/** `/v2/<name>/blobs/<digest>` (OCI distribution-spec 1.1, "Pulling blobs"). */
export function serveBlobs(call: Call, name: string, reference: string): void {
  const repository = call.content.repositories.get(name);
  const bytes = repository?.blobs.has(reference) === true ? call.content.blobs.get(reference) : undefined;
  if (bytes === undefined) return refuse(call, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  switch (call.request.method) {
    case 'GET':
    case 'HEAD':
      answer(call, 200, { 'content-type': 'application/octet-stream', 'docker-content-digest': reference }, bytes);
      return emitBlob(call, 'pull', name, reference, bytes.byteLength);
    case 'DELETE':
      repository?.blobs.delete(reference);
      answer(call, 202);
      return call.emit({
        action: 'delete',
        target: { mediaType: '', digest: reference, size: 0, repository: name },
        request: requestFacts(call),
        actor: null,
      });
    default:
      return refuse(call, 405, 'UNSUPPORTED', 'method not allowed');
  }
}

/** `/v2/<name>/blobs/uploads/[<id>]`: whole, in chunks, or mounted (OCI distribution-spec 1.1, "Pushing blobs"). */
export async function serveUploads(call: Call, name: string, id: string): Promise<void> {
  const { method } = call.request;
  if (method === 'POST' && id === '') return startUpload(call, name);
  const upload = call.content.uploads.get(id);
  if (upload === undefined || upload.repository !== name) {
    return refuse(call, 404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  }
  switch (method) {
    case 'GET':
      return answerProgress(call, 204, name, id);
    case 'PATCH': {
      const chunk = await bodyOf(call.request, LARGEST_BYTES);
      if (chunk === null) return refuse(call, 413, 'SIZE_INVALID', 'blob too large');
      if (!goesOn(call, upload.chunks, chunk)) return refuse(call, 416, 'BLOB_UPLOAD_INVALID', 'chunk out of order');
      upload.chunks.push(chunk);
      return answerProgress(call, 202, name, id);
    }
    case 'PUT':
      call.content.uploads.delete(id);
      return finishUpload(call, name, upload.chunks);
    case 'DELETE':
      call.content.uploads.delete(id);
      return answer(call, 204);
    default:
      return refuse(call, 405, 'UNSUPPORTED', 'method not allowed');
  }
}

/** Whether a chunk that says where it belongs is the next one (OCI distribution-spec 1.1, "Pushing a blob in chunks"). */
function goesOn({ request }: Call, before: readonly Uint8Array[], chunk: Uint8Array): boolean {
  const range = request.headers['content-range'];
  const start = before.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return range === undefined || range === `${start}-${start + chunk.byteLength - 1}`;
}

async function startUpload(call: Call, name: string): Promise<void> {
  const { searchParams } = call.url;
  const mounted = searchParams.get('mount');
  const from = searchParams.get('from') ?? '';
  if (mounted !== null && call.content.repositories.get(from)?.blobs.has(mounted) === true) {
    repositoryOf(call.content, name).blobs.add(mounted);
    answer(call, 201, { location: `/v2/${name}/blobs/${mounted}`, 'docker-content-digest': mounted });
    const sizeBytes = call.content.blobs.get(mounted)?.byteLength ?? 0;
    return emitBlob(call, 'mount', name, mounted, sizeBytes, { fromRepository: from });
  }
  if (searchParams.has('digest')) return finishUpload(call, name, []);
  call.request.resume();
  answerProgress(call, 202, name, openUpload(call.content, name));
}

async function finishUpload(call: Call, name: string, chunks: readonly Uint8Array[]): Promise<void> {
  const last = await bodyOf(call.request, LARGEST_BYTES);
  if (last === null) return refuse(call, 413, 'SIZE_INVALID', 'blob too large');
  const bytes = Buffer.concat([...chunks, last]);
  const claimed = call.url.searchParams.get('digest') ?? '';
  if (!isDigest(claimed) || digestOf(bytes, algorithmOf(claimed)) !== claimed) {
    return refuse(call, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  }
  storeBlob(call.content, name, bytes, claimed);
  answer(call, 201, { location: `/v2/${name}/blobs/${claimed}`, 'docker-content-digest': claimed });
  emitBlob(call, 'push', name, claimed, bytes.byteLength);
}

function answerProgress(call: Call, status: number, name: string, id: string): void {
  const chunks = call.content.uploads.get(id)?.chunks ?? [];
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  answer(call, status, {
    location: `/v2/${name}/blobs/uploads/${id}`,
    'docker-upload-uuid': id,
    range: `0-${Math.max(sizeBytes - 1, 0)}`,
  });
}

function emitBlob(
  call: Call,
  action: 'push' | 'pull' | 'mount',
  repository: string,
  digest: string,
  sizeBytes: number,
  more: Readonly<Record<string, string>> = {},
): void {
  const url = `http://${call.request.headers.host ?? ''}/v2/${repository}/blobs/${digest}`;
  const target = {
    mediaType: 'application/octet-stream',
    digest,
    size: sizeBytes,
    length: sizeBytes,
    repository,
    url,
    ...more,
  };
  call.emit({ action, target, request: requestFacts(call), actor: null });
}
