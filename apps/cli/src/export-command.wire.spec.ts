import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

let answer: RequestListener;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answer(request, response);
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterAll(() => void server.close());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const { tools, out, err } = recordedTools();
  const status = await runCommandLine(['export', ...args, '--url', url], tools);
  return { status, written: out(), errors: err() };
}

describe('strata export', () => {
  it('asks for exactly what was said and writes the file when it is whole', async () => {
    answer = (_, response) => response.end('reference\r\none.example/a:1\r\n');
    const out = join(folder, 'tags.csv');
    const { status, written } = await run(
      'tags.csv',
      '--where',
      '{"name":{"eq":"1"}}',
      '--fields',
      'reference',
      '--out',
      out,
    );
    expect([status, await readFile(out, 'utf8')]).toEqual([0, 'reference\r\none.example/a:1\r\n']);
    expect(written).toContain('2 lines');
    const { pathname, searchParams } = new URL(asked.at(-1) ?? '', url);
    expect([pathname, Object.fromEntries(searchParams)]).toEqual([
      '/export/tags.csv',
      { where: '{"name":{"eq":"1"}}', fields: 'reference' },
    ]);
  });

  it('shows how far it is, of what the API says there will be', async () => {
    const bodies: string[] = [];
    answer = (request, response) => {
      if (request.method === 'GET') return void response.end('reference\r\na\r\nb\r\n');
      request.on('data', (data: Buffer) => bodies.push(data.toString()));
      request.on('end', () => response.end('{"data":{"list":{"totalCount":2}}}'));
    };
    const out = join(folder, 'tags.csv');
    const { status, written } = await run('tags.csv', '--where', '{"name":{"eq":"1"}}', '--as-of', 'T', '--out', out);
    expect(status).toBe(0);
    expect(written).toContain(`${out}: 2 of 2`);
    expect(JSON.parse(bodies.join(''))).toMatchObject({ variables: { where: { name: { eq: '1' } }, asOf: 'T' } });
  });

  it('leaves an older file as it was, and no other, when the stream is cut off', async () => {
    const out = join(folder, 'tags.csv');
    await writeFile(out, 'yesterday');
    answer = (_, response) => {
      response.write('reference\r\n');
      setImmediate(() => response.destroy());
    };
    const { status, errors } = await run('tags.csv', '--out', out);
    expect([status, errors]).toEqual([1, expect.stringContaining('cut off')]);
    expect([await readFile(out, 'utf8'), await readdir(folder)]).toEqual(['yesterday', ['tags.csv']]);
  });

  it('shows what the API refuses, and where', async () => {
    answer = (_, response) =>
      response
        .writeHead(400)
        .end('{"errors":[{"message":"not a platform","extensions":{"argument":"where.platforms"}}]}');
    const { status, errors } = await run('tags.csv', '--out', join(folder, 'x'));
    expect([status, errors]).toEqual([1, 'strata: the API refuses this export: where.platforms: not a platform\n']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes only files that there are', async () => {
    expect(await run('tags.xlsx')).toMatchObject({ status: 2 });
  });
});
