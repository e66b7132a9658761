import { anImage } from '@strata/oci/testing';
import { openPusher } from '@strata/registry-client/testing';
import { ask } from '../parts/ask.js';
import { hookUrlOf, startProduct } from '../parts/start-product.js';
import { startRegistry, type TestRegistry } from '../parts/start-registry.js';
import { until } from '../parts/until.js';
import type { Figure } from './figure.js';
import { quantile } from './load.js';

const PUSHES = 60;
const SECRET = 'a-secret-of-the-bench';

/** From the moment a real registry has answered a push until GraphQL shows the tag, one push after the other. */
export async function benchVisible(databaseUrl: string): Promise<readonly Figure[]> {
  const registries: TestRegistry[] = [];
  const product = await startProduct({
    databaseUrl,
    sources: async (ports) => {
      const registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
      registries.push(registry);
      return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
    },
  });
  try {
    const latencies = await measure(registries[0]?.url ?? '', product.graphqlUrl);
    const common = { unit: 'ms', limit: null } as const;
    return [
      {
        ...common,
        name: 'visible: push to GraphQL, p50',
        measured: quantile(latencies, 0.5),
        target: { kind: 'at most', amount: 1_000 },
      },
      {
        ...common,
        name: 'visible: push to GraphQL, p95',
        measured: quantile(latencies, 0.95),
        target: { kind: 'at most', amount: 1_000 },
      },
    ];
  } finally {
    await product.stop();
    await Promise.all(registries.map((registry) => registry.remove()));
  }
}

async function measure(registryUrl: string, graphqlUrl: string): Promise<readonly number[]> {
  const pusher = openPusher(new URL(registryUrl));
  const host = new URL(registryUrl).host;
  const latencies: number[] = [];
  for (let push = 0; push < PUSHES; push += 1) {
    await pusher.push('team/app', `v${push}`, anImage({ seed: `visible ${push}`, layers: 3 }));
    const pushedAt = performance.now();
    const reference = `${host}/team/app:v${push}`;
    await until(`${reference} is visible`, () => isThere(graphqlUrl, reference), { everyMs: 5 });
    latencies.push(performance.now() - pushedAt);
  }
  await pusher.close();
  return latencies.sort((a, b) => a - b);
}

async function isThere(graphqlUrl: string, reference: string): Promise<true | null> {
  const query = 'query ($reference: String!) { tag(reference: $reference) { digest } }';
  const { tag } = await ask<{ tag: object | null }>(graphqlUrl, query, { reference });
  return tag === null ? null : true;
}
