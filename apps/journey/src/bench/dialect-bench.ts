import { dialectNames, type DialectName } from '@strata/registry-events';
import { startIssuer, type Issuer } from '../parts/start-issuer.js';
import { startProduct, type Product } from '../parts/start-product.js';
import { deliveryOf, toldSource } from '../parts/tell-hook.js';
import type { Figure } from './figure.js';
import { closedLoop, type LoadResult } from './load.js';
import { openSender } from './sender.js';

const CONNECTIONS = 20;
const ROUND_MS = 1_500;
const ROUNDS = 2;

/**
 * How fast the hook acknowledges each dialect, with its own proof, beside Distribution in the same run: the two take turns.
 * Reading and proving any of them may cost half of the rate, not more.
 */
export async function benchDialects(databaseUrl: string): Promise<readonly Figure[]> {
  const issuer = await startIssuer();
  const product = await startProduct({
    databaseUrl,
    apps: ['webhook-ingest'],
    sources: () =>
      dialectNames.map((dialect) => ({
        ...toldSource(dialect, issuer.url),
        name: dialect,
        dialect,
        registryUrl: 'http://127.0.0.1:9',
      })),
  });
  try {
    await round('distribution', product, issuer, 'warm');
    const figures: Figure[] = [];
    for (const dialect of dialectNames.filter((name) => name !== 'distribution')) {
      figures.push(await besideDistribution(dialect, product, issuer));
    }
    return figures;
  } finally {
    await product.stop();
    await issuer.stop();
  }
}

async function besideDistribution(dialect: DialectName, product: Product, issuer: Issuer): Promise<Figure> {
  const [theirs, distribution]: [LoadResult[], LoadResult[]] = [[], []];
  await round(dialect, product, issuer, 'warm');
  for (let count = 0; count < ROUNDS; count += 1) {
    distribution.push(await round('distribution', product, issuer, `beside-${dialect}-${count}`));
    theirs.push(await round(dialect, product, issuer, String(count)));
  }
  const failures = [...theirs, ...distribution].reduce((sum, result) => sum + result.failures, 0);
  if (failures > 0) throw new Error(`${failures} deliveries of ${dialect} or beside it were not taken`);
  return {
    name: `hook: ${dialect} deliveries/s`,
    unit: '/s',
    measured: best(theirs),
    limit: { what: 'Distribution', measured: best(distribution) },
    target: { kind: 'share of limit', atLeast: 0.5 },
  };
}

async function round(dialect: DialectName, product: Product, issuer: Issuer, salt: string): Promise<LoadResult> {
  const hookUrl = product.hookUrl(dialect);
  const run = `${dialect}-${salt}-${Date.now()}`;
  const sender = openSender(CONNECTIONS, (index) => {
    const id = `${run}-${index}`;
    const digest = `sha256:${Buffer.from(id.padEnd(32).slice(-32)).toString('hex')}`;
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const image = { repository: 'team/app', tag: `v${index}`, digest, mediaType, bytes: Buffer.from('{}'), id };
    return deliveryOf(dialect, image, hookUrl, issuer);
  });
  const result = await closedLoop({ lines: CONNECTIONS, durationMs: ROUND_MS, send: (index) => sender.send(index) });
  await sender.close();
  return result;
}

function best(results: readonly LoadResult[]): number {
  return Math.max(...results.map(({ perSecond }) => perSecond));
}
