import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { disableWebhook } from '@strata/catalog';
import { openMetrics } from '../metrics.js';
import { BOTH, startTellScene, type TellScene } from './testing/start-tell-scene.js';

let scene: TellScene;
beforeAll(async () => {
  scene = await startTellScene();
});
afterAll(() => scene.end());

it('tells a scraper what was sent, what waits, what is unread, and whose receiver is gone', async () => {
  const receiver = await scene.receiver();
  receiver.answer((_, response) => void response.writeHead(400).end());
  const step = await scene.process(scene.webhook(receiver));
  const metrics = openMetrics(scene.catalog);
  await scene.tag(['1', '2'], BOTH);
  await step();
  await scene.tag(['3'], BOTH);
  metrics.countAttempt('ops', 'retried');
  const [webhook] = await scene.rows<{ id: number }>('SELECT id FROM webhook');
  await disableWebhook(scene.catalog.pool, webhook?.id ?? -1, 'gone');
  const lines = (await metrics.read()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'strata_webhook_attempts_total{webhook="ops",outcome="retried"} 1',
      'strata_webhook_messages{webhook="ops",state="new"} 0',
      'strata_webhook_messages{webhook="ops",state="retried"} 2',
      'strata_webhook_messages{webhook="ops",state="failed"} 0',
      'strata_webhook_disabled{webhook="ops"} 1',
    ]),
  );
  expect(lines.find((line) => line.startsWith('strata_webhook_unread_seconds{webhook="ops"}'))).toMatch(
    / 0\.\d+$| [1-9]/,
  );
});
