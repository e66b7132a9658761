import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anImage, anIndex } from '@strata/oci/testing';
import { openPusher, type Pusher } from '@strata/registry-client/testing';
import { Webhook } from 'standardwebhooks';
import { freePort } from './parts/free-port.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const SIGNING = `whsec_${randomBytes(32).toString('base64')}`;
const MINUTES = 60_000;

const amd64 = anImage({ seed: 'told amd', layers: 1 });
const arm64 = anImage({ seed: 'told arm', layers: 1, platform: 'linux/arm64' });
const both = anIndex({ entries: [amd64, arm64] });

interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Told {
  readonly id: string;
  readonly payload: unknown;
}

describe('a push that takes a platform away', () => {
  let database: TestDatabase;
  let registry: TestRegistry;
  let product: Product;
  let pusher: Pusher;
  let receiver: Server;
  let host: string;
  const arrived: Arrived[] = [];
  let answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();

  beforeAll(async () => {
    const port = await freePort();
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        arrived.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
        answer(response);
      });
    });
    await new Promise((resolve) => receiver.listen(port, '127.0.0.1', () => resolve(null)));
    database = await startDatabase();
    product = await startProduct({
      databaseUrl: database.url,
      leaseMs: 2_000,
      sections: {
        webhooks: [
          {
            ...{ name: 'ops', url: `http://127.0.0.1:${port}/told`, secrets: [SIGNING], allowPrivateNetwork: true },
            kinds: ['TAG_CREATED', 'PLATFORM_LOST', 'FINDING_OPENED'],
            where: { repository: { eq: 'team/app' } },
          },
        ],
      },
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    pusher = openPusher(new URL(registry.url));
    host = new URL(registry.url).host;
  }, 2 * MINUTES);

  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await pusher.close();
    await product.stop();
    await registry.remove();
    await database.remove();
  }, 2 * MINUTES);

  /** What arrived of a type, verified by the library of the standard. */
  function told(type: string): readonly Told[] {
    return arrived.flatMap(({ headers, text }) => {
      const asText = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      const payload = new Webhook(SIGNING).verify(text, asText);
      const isMeant = typeof payload === 'object' && payload !== null && 'type' in payload && payload.type === type;
      return isMeant ? [{ id: String(headers['webhook-id']), payload }] : [];
    });
  }

  /** Waits until something of a type was told of a tag, and gives it back. */
  function untilTold(type: string, tag: string): Promise<Told> {
    const reference = `${host}/team/app:${tag}`;
    return until(`${type} of ${tag} was told\n${product.output()}`, () => {
      return told(type).find(({ payload }) => JSON.stringify(payload).includes(`"${reference}"`)) ?? null;
    });
  }

  it(
    'reaches who asked for it, signed, as a change and as a finding, and nobody hears of other repositories',
    async () => {
      await pusher.push('team/other', '1.0', both);
      await pusher.push('team/other', '1.0', amd64);
      await pusher.push('team/app', '1.0', both);
      await untilTold('tag.created', '1.0');
      await pusher.push('team/app', '1.0', amd64);
      const lost = await untilTold('platform.lost', '1.0');
      expect(lost.payload).toMatchObject({
        data: {
          ...{ reference: `${host}/team/app:1.0`, fromDigest: both.digest, toDigest: amd64.digest },
          ...{ platforms: ['linux/arm64'], finding: null },
          message: `${host}/team/app:1.0 no longer runs on linux/arm64.`,
        },
      });
      const finding = await untilTold('finding.opened', '1.0');
      expect(finding.payload).toMatchObject({
        data: { reference: `${host}/team/app:1.0`, finding: { kind: 'PLATFORM_LOST', severity: 'HIGH' } },
      });
      expect(arrived.every(({ text }) => !text.includes('team/other'))).toBe(true);
    },
    2 * MINUTES,
  );

  it(
    'is told under the same id and with the same bytes again when the worker is killed while it tells',
    async () => {
      await pusher.push('team/app', '2.0', both);
      await untilTold('tag.created', '2.0');
      answer = () => undefined; // it has the message and says nothing
      await pusher.push('team/app', '2.0', amd64);
      const first = await untilTold('platform.lost', '2.0');
      await product.end('worker', 'SIGKILL');
      answer = (response) => void response.writeHead(204).end();
      await product.restart('worker');
      const again = await until(`it was told again\n${product.output()}`, () => {
        const same = arrived.filter(({ headers }) => headers['webhook-id'] === first.id);
        return same.length > 1 ? same : null;
      });
      expect(new Set(again.map(({ text }) => text)).size).toBe(1);
    },
    2 * MINUTES,
  );
});
