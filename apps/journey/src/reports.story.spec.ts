import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { openPusher, type Pusher } from '@strata/registry-client/testing';
import { ask } from './parts/ask.js';
import { runStrata } from './parts/run-strata.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { untilSettled } from './parts/until-settled.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;

const amd64 = anImage({ seed: 'reported', platform: 'linux/amd64', layers: 1 });
const arm64 = anImage({ seed: 'reported', platform: 'linux/arm64', layers: 1 });
const both = anIndex({ entries: [amd64, arm64] });

describe('the proof that somebody asks for every quarter', () => {
  let database: TestDatabase;
  let registry: TestRegistry;
  let catalog: Catalog;
  let product: Product;
  let pusher: Pusher;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-reports-'));
    await strata('keygen', '--out', join(folder, 'own.pem'));
    database = await startDatabase();
    catalog = openCatalog({ databaseUrl: database.url, onError: () => undefined });
    const require = { platforms: { hasAll: ['linux/amd64', 'linux/arm64'] } };
    product = await startProduct({
      databaseUrl: database.url,
      sections: {
        policies: [
          { name: 'multi-arch', severity: 'HIGH', description: 'Runs on amd64 and arm64.', where: {}, require },
        ],
        reports: [{ name: 'proof', report: 'policies', every: 'week', sign: join(folder, 'own.pem') }],
      },
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    pusher = openPusher(new URL(registry.url));
  }, 2 * MINUTES);

  afterAll(async () => {
    await pusher.close();
    await catalog.close();
    await product.stop();
    await registry.remove();
    await database.remove();
    await rm(folder, { recursive: true, force: true });
  }, 2 * MINUTES);

  function strata(...args: readonly string[]) {
    return runStrata(['report', ...args], {});
  }
  const asked = (...args: readonly string[]) => strata(...args, '--url', new URL(product.graphqlUrl).origin);

  async function pushed(manifest: ManifestFixture, failing: number): Promise<void> {
    await pusher.push('team/app', '1', manifest);
    await until(`${failing} tags fail\n${product.output()}`, async () => {
      const { report } = await ask<{ report: { policies: readonly { inScope: number; failing: number }[] } }>(
        product.graphqlUrl,
        '{ report { policies { inScope failing } } }',
      );
      const [policy] = report.policies;
      return policy?.inScope === 1 && policy.failing === failing ? true : null;
    });
  }

  it(
    'stops a pipeline while a policy fails, and lets it go on once a push has mended that',
    async () => {
      await pushed(amd64, 1);
      const sarif = join(folder, 'strata.sarif');
      const failed = await asked('policies', '--fail-on', 'high', '--format', 'sarif', '--out', sarif);
      expect(failed).toEqual({ status: 1, output: 'strata: HIGH multi-arch: 1 of 1 tags fail\n' });
      expect(await readFile(sarif, 'utf8')).toContain('breaks the policy multi-arch');
      await pushed(both, 0);
      expect((await asked('policies', '--fail-on', 'low')).status).toBe(0);
      expect((await asked('losses', '--format', 'csv')).status).toBe(0);
    },
    4 * MINUTES,
  );

  it(
    'says the same, byte for byte, when it is asked again',
    async () => {
      await untilSettled(catalog); // the moment of a report is that of the last change
      const first = await asked('coverage');
      expect(first.status).toBe(0);
      expect(await asked('coverage')).toEqual(first);
    },
    3 * MINUTES,
  );

  it(
    'is kept by itself, signed, and taken by us and by openssl until a byte of it is another',
    async () => {
      const { snapshots } = await until(`a snapshot\n${product.output()}`, async () => {
        const response = await fetch(new URL('/reports/snapshots', product.graphqlUrl));
        const list = (await response.json()) as { snapshots: readonly { digest: string }[] }; // the shape is our own
        return list.snapshots.length > 0 ? list : null;
      });
      const file = join(folder, 'proof.json');
      const key = join(folder, 'own.pub.pem');
      expect((await asked('snapshot', snapshots[0]?.digest ?? '', '--out', file)).status).toBe(0);
      const openssl = ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', file, '-sigfile', `${file}.sig`];
      expect((await strata('verify', file, '--key', key)).status).toBe(0);
      expect(execFileSync('openssl', openssl).toString()).toContain('Verified Successfully');
      const bytes = await readFile(file);
      await writeFile(
        file,
        bytes.map((byte, index) => (index === 10 ? byte ^ 1 : byte)),
      );
      expect((await strata('verify', file, '--key', key)).status).toBe(1);
      expect(() => execFileSync('openssl', openssl, { stdio: 'ignore' })).toThrow();
    },
    2 * MINUTES,
  );
});
