import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signBytes, type ReportOf, type ReportSeverity } from '@strata/report';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

const policy = (name: string, severity: ReportSeverity, failing: number, waived: number) => ({
  ...{ name, description: null, owner: null, severity, isEvaluated: true, inScope: 10 },
  ...{ passing: 10 - failing, failing, waived },
});
const report: ReportOf<'policies'> = {
  ...{ report: 'policies', version: 1, revision: '1-1.0', asOf: '2026-11-21T09:00:00.000Z' },
  parameters: { asOf: null, limit: 1_000, mediaTypes: null, policy: null, where: null },
  policies: [policy('small', 'LOW', 3, 0), policy('waived', 'CRITICAL', 2, 2), policy('middling', 'MEDIUM', 5, 4)],
  findings: { total: 0, listed: [] },
};

let answer: RequestListener;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answer(request, response);
});
let url: string;
let folder: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterAll(() => void server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-report-'));
  answer = (_, response) => response.end(JSON.stringify(report));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const { tools, out, err } = recordedTools();
  const status = await runCommandLine(['report', ...args], tools);
  return { status, written: out(), errors: err() };
}

describe('strata report', () => {
  it.each([
    ['low', 1],
    ['medium', 1],
    ['high', 0],
    ['critical', 0],
  ])(
    '--fail-on %s ends with %i: what is waived does not count, and neither does what matters less',
    async (word, status) => {
      expect(await run('policies', '--fail-on', word, '--url', url)).toMatchObject({ status });
    },
  );

  it('says which policies fail, beside the report', async () => {
    const { errors, written } = await run('policies', '--fail-on', 'medium', '--url', url);
    expect(errors).toBe('strata: MEDIUM middling: 1 of 10 tags fail\n');
    expect(JSON.parse(written)).toEqual(report);
  });

  it.each([
    ['csv', 'severity,kind,policy'],
    ['html', '<!doctype html>'],
    ['sarif', '"version": "2.1.0"'],
    ['junit', '<testsuites name="Strata"'],
  ])('writes %s, to a file where one is named', async (format, beginning) => {
    const file = join(folder, 'report');
    expect((await run('policies', '--format', format, '--out', file, '--url', url)).status).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(beginning);
  });

  it('asks for exactly what was said', async () => {
    await run(
      'policies',
      '--where',
      '{"name":{"eq":"1"}}',
      '--policy',
      'p',
      '--as-of',
      'T',
      '--limit',
      '5',
      '--url',
      url,
    );
    const { pathname, searchParams } = new URL(asked.at(-1) ?? '', url);
    expect([pathname, Object.fromEntries(searchParams)]).toEqual([
      '/reports/policies.json',
      { where: '{"name":{"eq":"1"}}', policy: 'p', asOf: 'T', limit: '5' },
    ]);
  });

  it.each([
    [['everything']],
    [['policies', '--format', 'pdf']],
    [['coverage', '--format', 'sarif']],
    [['coverage', '--fail-on', 'low']],
    [['policies', '--fail-on', 'all']],
    [['policies', '--table', 'policies']],
    [['policies', '--format', 'csv', '--table', 'nothing']],
    [['verify', 'file']],
  ])('ends with 2 for wrong use: %j', async (args) => {
    expect(await run(...args, '--url', url)).toMatchObject({ status: 2 });
  });

  it.each<[string, number, RequestListener]>([
    [
      'a mistake in what was asked',
      2,
      (_, response) =>
        response.writeHead(400).end('{"errors":[{"message":"no filter","extensions":{"argument":"where"}}]}'),
    ],
    ['a token that is missing', 3, (_, response) => response.writeHead(401).end('{}')],
    ['an API that is busy', 3, (_, response) => response.writeHead(503).end('{}')],
    ['an answer that is no report', 3, (_, response) => response.end('{"report":"policies"}')],
    ['an answer that breaks off', 3, (request) => request.socket.destroy()],
  ])('ends with another status than 1 for %s: nothing is said of any image', async (_, status, listener) => {
    answer = listener;
    expect(await run('policies', '--fail-on', 'low', '--url', url)).toMatchObject({ status, written: '' });
  });
});

describe('strata report keygen and verify', () => {
  it('make a key that only its owner reads, and take what it signed, as openssl does', async () => {
    const [key, file] = [join(folder, 'own.pem'), join(folder, 'report.json')];
    expect((await run('keygen', '--out', key)).status).toBe(0);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    await expect(run('keygen', '--out', key)).rejects.toThrow('no key was written');
    await writeFile(file, 'what was reported');
    await writeFile(`${file}.sig`, signBytes(Buffer.from('what was reported'), await readFile(key, 'utf8')).bytes);
    const publicKey = join(folder, 'own.pub.pem');
    expect(await run('verify', file, '--key', publicKey)).toMatchObject({ status: 0 });
    const openssl = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      publicKey,
      '-rawin',
      '-in',
      file,
      '-sigfile',
      `${file}.sig`,
    ];
    expect(execFileSync('openssl', openssl).toString()).toContain('Verified Successfully');
    await writeFile(file, 'what was reporteD');
    expect(await run('verify', file, '--key', publicKey)).toMatchObject({ status: 1 });
    expect(() => execFileSync('openssl', openssl, { stdio: 'ignore' })).toThrow();
  });
});

it('strata report snapshot writes what was kept, and its signature beside it', async () => {
  answer = (request, response) =>
    response.setHeader('x-strata-key-id', 'ed25519:0123').end(request.url?.endsWith('.sig') ? 'signature' : 'bytes');
  const file = join(folder, 'kept.csv');
  expect(await run('snapshot', 'sha256:00', '--out', file, '--url', url)).toMatchObject({ status: 0 });
  expect([await readFile(file, 'utf8'), await readFile(`${file}.sig`, 'utf8')]).toEqual(['bytes', 'signature']);
});
