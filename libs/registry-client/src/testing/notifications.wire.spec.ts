import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blobsOf } from '@strata/oci/testing';
import { EVENTS_MEDIA_TYPE } from './notifications.js';
import { openPusher } from './push-image.js';
import { DIGEST, IMAGE, MANIFEST, REPOSITORY } from './scene.js';
import { startFakeRegistry, type FakeRegistry } from './start-fake-registry.js';

interface Heard {
  readonly headers: IncomingMessage['headers'];
  readonly port: number | undefined;
  readonly event: { id: string; action: string; target: Record<string, unknown>; source: Record<string, unknown> };
}

let hook: Server;
let heard: Heard[];
let answers: number[];
let fake: FakeRegistry;
const hookUrl = () => {
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('the hook is not listening');
  return `http://127.0.0.1:${address.port}/hooks/test`;
};
async function hear(request: IncomingMessage): Promise<void> {
  const { headers, socket } = request;
  const text = Buffer.concat(await request.toArray()).toString();
  // The tests below check what is in it, field by field.
  const envelope = JSON.parse(text) as { readonly events: readonly [Heard['event']] };
  expect(envelope.events).toHaveLength(1);
  heard.push({ headers, port: socket.remotePort, event: envelope.events[0] });
}
beforeEach(async () => {
  [heard, answers] = [[], []];
  hook = createServer((request, response) => {
    void hear(request).then(() => response.writeHead(answers.shift() ?? 202).end());
  });
  await new Promise((resolve) => hook.listen(0, '127.0.0.1', () => resolve(null)));
  fake = await startFakeRegistry();
});
afterEach(async () => {
  await fake.close();
  hook.closeAllConnections();
  await new Promise((resolve) => hook.close(resolve));
});

const actions = () => heard.map(({ event: { action, target } }) => [action, target['tag'] ?? target['digest']]);
async function pushing(reference: string): Promise<void> {
  const pusher = openPusher(fake.url);
  await pusher.push(REPOSITORY, reference, IMAGE).finally(() => pusher.close());
  await fake.eventsDelivered();
}

describe('notifications', () => {
  it('tell one event per request, each over its own connection, with the endpoint’s headers', async () => {
    fake.addEndpoint({ url: hookUrl(), headers: { authorization: 'Bearer abc' } });
    await pushing('1.0');
    const blobs = blobsOf(IMAGE).map(({ digest }) => ['push', digest]);
    expect(actions().at(-1)).toEqual(['push', '1.0']);
    expect(new Set(actions().slice(0, -1).map(String))).toEqual(new Set(blobs.map(String)));
    expect(new Set(heard.map(({ port }) => port)).size).toBe(heard.length);
    const last = heard.at(-1);
    expect(last?.headers).toMatchObject({ authorization: 'Bearer abc', 'content-type': EVENTS_MEDIA_TYPE });
    expect(last?.event).toMatchObject({
      target: {
        mediaType: MANIFEST.mediaType,
        digest: DIGEST,
        size: MANIFEST.bytes.byteLength,
        repository: REPOSITORY,
        url: `${fake.url.origin}/v2/${REPOSITORY}/manifests/${DIGEST}`,
        tag: '1.0',
      },
      request: { method: 'PUT', host: fake.url.host },
      source: { addr: fake.url.host, instanceID: fake.instanceId },
    });
  });

  it('tell reads, by HEAD as well, and deletes in their three shapes', async () => {
    await pushing('1.0');
    fake.addEndpoint({ url: hookUrl() });
    for (const method of ['GET', 'HEAD']) await fetch(new URL(`/v2/${REPOSITORY}/manifests/1.0`, fake.url), { method });
    const pusher = openPusher(fake.url);
    await pusher.delete(REPOSITORY, DIGEST);
    await pusher.close();
    await fake.eventsDelivered();
    expect(actions()).toEqual([
      ['pull', '1.0'],
      ['pull', '1.0'],
      ['delete', DIGEST],
      ['delete', '1.0'],
    ]);
    expect(heard[3]?.event.target).toEqual({ mediaType: '', digest: '', size: 0, repository: REPOSITORY, tag: '1.0' });
  });

  it('leave out what the operator ignores', async () => {
    fake.addEndpoint({ url: hookUrl(), ignoreActions: ['pull'], ignoreMediaTypes: ['application/octet-stream'] });
    await pushing('1.0');
    await fetch(new URL(`/v2/${REPOSITORY}/manifests/1.0`, fake.url));
    await fake.eventsDelivered();
    expect(actions()).toEqual([['push', '1.0']]);
  });

  it('repeat one event under its id until it is taken, while the others wait', async () => {
    fake.addEndpoint({ url: hookUrl(), threshold: 2, backoffMs: 5, ignoreMediaTypes: ['application/octet-stream'] });
    answers = [503, 400, 500, 302];
    await pushing('1.0');
    await pushing('2.0');
    expect(actions().map(([, tag]) => tag)).toEqual(['1.0', '1.0', '1.0', '1.0', '2.0']);
    expect(new Set(heard.map(({ event }) => event.id)).size).toBe(2);
  });

  it('are forgotten when the registry stops', async () => {
    fake.addEndpoint({ url: 'http://127.0.0.1:1/', backoffMs: 5 });
    const pusher = openPusher(fake.url);
    await pusher.push(REPOSITORY, '1.0', IMAGE).finally(() => pusher.close());
    expect(fake.pendingEvents()).toBe(blobsOf(IMAGE).length + 1);
    const { content, instanceId } = fake;
    await fake.close();
    fake = await startFakeRegistry({ content, endpoints: [{ url: hookUrl() }] });
    await fake.eventsDelivered();
    expect(heard).toEqual([]);
    expect(fake.instanceId).not.toBe(instanceId);
    expect((await fetch(new URL(`/v2/${REPOSITORY}/manifests/1.0`, fake.url))).status).toBe(200);
  });

  it('overtake the tag when the registry is slow to move it', async () => {
    const { content } = fake;
    await fake.close();
    fake = await startFakeRegistry({
      content,
      tagDelayMs: 60,
      endpoints: [{ url: hookUrl(), ignoreMediaTypes: ['application/octet-stream'] }],
    });
    const pusher = openPusher(fake.url);
    const push = pusher.push(REPOSITORY, '1.0', IMAGE);
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(content.repositories.get(REPOSITORY)?.tags.has('1.0')).toBe(false);
    await push.finally(() => pusher.close());
    expect(content.repositories.get(REPOSITORY)?.tags.get('1.0')).toBe(DIGEST);
  });
});
