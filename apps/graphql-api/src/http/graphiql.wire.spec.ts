import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';

const { catalog } = unreachableCatalog();
let api: TestApi;

beforeAll(async () => {
  api = await startApi(catalog);
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
});

describe('GraphiQL', () => {
  it('loads every file from this server, and none from anywhere else', async () => {
    const page = await fetch(`${api.url}/graphiql`);
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, file = '']) => file)
      .filter((file) => file !== 'data:,');
    expect(files).toHaveLength(5);
    for (const file of files) {
      expect(file).toMatch(/^\/graphiql\//);
      const { status, headers } = await fetch(`${api.url}${file}`);
      expect([status, headers.get('content-type')]).toEqual([
        200,
        `text/${file.endsWith('css') ? 'css' : 'javascript'}; charset=utf-8`,
      ]);
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  });
});
