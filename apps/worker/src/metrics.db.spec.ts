import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import fastify from 'fastify';
import { startCrawlScene, type CrawlScene } from './crawl/testing/start-crawl-scene.js';
import { mountMetrics, openMetrics } from './metrics.js';
import { pushOf } from './testing/some-events.js';

let scene: CrawlScene;
beforeAll(async () => {
  scene = await startCrawlScene();
});
afterAll(() => scene.end());

it('tells a scraper what crawls have seen and repaired, the drift, and what waits in the inbox', async () => {
  const metrics = openMetrics(scene.steps.catalog);
  const server = fastify();
  mountMetrics(server, metrics);
  for (let n = 0; n < 4; n += 1) scene.steps.put('team/app', `v${n}`, anImage());
  await scene.crawl({ onStep: metrics.countStep });
  scene.steps.put('team/app', 'v4', anImage());
  await scene.crawl({ onStep: metrics.countStep });
  await scene.steps.receive(pushOf('team/app', 'v5', anImage()));
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(`${url}/metrics`);
  const lines = (await answer.text()).split('\n');
  await server.close();
  expect(answer.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(lines).toEqual(
    expect.arrayContaining([
      'strata_crawl_seen_total{source="one"} 9',
      'strata_crawl_repaired_total{source="one"} 5',
      'strata_crawl_removed_total{source="one"} 0',
      'strata_crawl_drift_per_mille{source="one"} 200',
      'strata_inbox_rows{source="one",state="new"} 1',
      'strata_inbox_rows{source="one",state="quarantined"} 0',
    ]),
  );
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
});
