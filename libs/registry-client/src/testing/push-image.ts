import { Agent } from 'undici';
import { blobsOf, manifestsOf, type BlobFixture, type ManifestFixture } from '@strata/oci/testing';

/** Says which step of a push was refused, and how. */
export class PushError extends Error {
  override readonly name = 'PushError';
  constructor(
    step: string,
    readonly status: number,
    body: string,
  ) {
    super(`${step}: ${status} ${body.slice(0, 500)}`);
  }
}

/** Pushes to one registry over a few kept connections; like docker, it does not push again what it has pushed already. */
export interface Pusher {
  /** Blobs, children and then the manifest, under a tag or a digest (OCI distribution-spec 1.1, "Push"). */
  push(repository: string, reference: string, image: ManifestFixture): Promise<void>;
  /** Removes a tag, or a manifest by digest. */
  delete(repository: string, reference: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens one. `authorization` is sent as it stands. Its methods throw `PushError` for a refusal. */
export function openPusher(registryUrl: URL, options: { readonly authorization?: string } = {}): Pusher {
  const dispatcher = new Agent({ connections: 8 });
  const { authorization } = options;
  const pushed = new Set<string>();

  async function call(method: 'HEAD' | 'POST' | 'PUT' | 'DELETE', path: string, type?: string, body?: Uint8Array) {
    const headers = {
      'user-agent': 'strata-demo-push/1.0',
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const answer = await dispatcher.request({
      origin: registryUrl.origin,
      path,
      method,
      headers,
      ...(body === undefined ? {} : { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300 && method !== 'HEAD')
      throw new PushError(`${method} ${path}`, answer.statusCode, text);
    return answer;
  }

  async function pushBlob(repository: string, { digest, bytes }: BlobFixture): Promise<void> {
    if ((await call('HEAD', `/v2/${repository}/blobs/${digest}`)).statusCode === 200) return;
    const { headers } = await call('POST', `/v2/${repository}/blobs/uploads/`);
    const location = new URL(String(headers['location']), registryUrl);
    location.searchParams.set('digest', digest);
    await call('PUT', location.pathname + location.search, 'application/octet-stream', bytes);
  }

  async function once(repository: string, digest: string, push: () => Promise<unknown>): Promise<void> {
    const key = `${repository}@${digest}`;
    if (pushed.has(key)) return;
    await push();
    pushed.add(key);
  }

  async function push(repository: string, reference: string, image: ManifestFixture): Promise<void> {
    const put = ({ mediaType, bytes }: ManifestFixture, as: string) =>
      call('PUT', `/v2/${repository}/manifests/${as}`, mediaType, bytes);
    await Promise.all(blobsOf(image).map((blob) => once(repository, blob.digest, () => pushBlob(repository, blob))));
    const children = manifestsOf(image).filter(({ digest }) => digest !== image.digest);
    for (const child of children) await once(repository, child.digest, () => put(child, child.digest));
    await put(image, reference);
  }

  return {
    push,
    delete: async (repository, reference) => void (await call('DELETE', `/v2/${repository}/manifests/${reference}`)),
    close: () => dispatcher.close(),
  };
}

/** One push with a pusher of its own. Throws `PushError`. */
export async function pushImage(
  registryUrl: URL,
  repository: string,
  reference: string,
  image: ManifestFixture,
): Promise<void> {
  const pusher = openPusher(registryUrl);
  await pusher.push(repository, reference, image).finally(() => pusher.close());
}
