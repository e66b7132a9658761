import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readMember } from './assemble-command.js';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

/** Something that answers as the API does, and keeps what it was asked. */
let answer: unknown = {};
const asked: { readonly authorization: string | undefined; readonly variables: unknown }[] = [];
const server = createServer((request, response) => void reply(request).then((body) => response.end(body)));
let url = '';

async function reply(request: IncomingMessage): Promise<string> {
  const { variables } = JSON.parse(await text(request)) as { variables: unknown };
  asked.push({ authorization: request.headers.authorization, variables });
  return JSON.stringify(answer);
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
afterEach(() => void asked.splice(0));

async function run(...args: string[]) {
  const { tools, out, err } = recordedTools({ STRATA_TOKEN: 'strata_secret' });
  const status = await runCommandLine([...args, '--url', url], tools);
  return { status, out: out(), err: err() };
}

describe('readMember', () => {
  it.each([
    ['a/b:1', { reference: 'a/b:1', osFeatures: [], annotations: [] }],
    [
      'h:5000/a/b:1,platform=linux/arm64/v8,os-feature=win32k,os-feature=x,annotation=a=b=c',
      {
        reference: 'h:5000/a/b:1',
        platform: 'linux/arm64/v8',
        osFeatures: ['win32k', 'x'],
        annotations: [{ key: 'a', value: 'b=c' }],
      },
    ],
  ])('%s', (given, member) => {
    expect(readMember(given)).toEqual(member);
  });

  it.each(['a,arch=x', 'a,platform=', 'a,', 'a,platform=b,platform=c', 'a,annotation=b'])('refuses %s', (given) => {
    expect(() => readMember(given)).toThrow(/says nothing|one platform|KEY=VALUE/);
  });
});

describe('strata assemble', () => {
  const assembled = { reference: 'r/a:1', digest: 'sha256:1', document: '{"document":1}' };

  it('shows the document, and with --push where it has gone; with the token of the environment', async () => {
    answer = { data: { assembleIndex: { ...assembled, pushed: false } } };
    expect(await run('assemble', 'r/a:1', 'r/b:1')).toMatchObject({ status: 0, out: '{"document":1}\n' });
    answer = { data: { assembleIndex: { ...assembled, pushed: true } } };
    const pushed = await run('assemble', 'r/a:1', 'r/b:1', '--push', '--family', 'docker', '--annotation', 'k=v');
    expect(pushed).toMatchObject({ status: 0, out: 'r/a:1@sha256:1\n' });
    expect(asked[1]).toMatchObject({
      authorization: 'Bearer strata_secret',
      variables: { input: { push: true, family: 'DOCKER', annotations: [{ key: 'k', value: 'v' }] } },
    });
  });

  it('says what the API says, and where the mistake is', async () => {
    answer = {
      data: null,
      errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', argument: 'input.reference' } }],
    };
    await expect(run('assemble', 'r/a:1', 'r/b:1')).rejects.toThrow('FORBIDDEN at input.reference: no');
  });

  it.each([[[]], [['r/a:1']], [['r/a:1', 'r/b:1', '--family', 'x']], [['r/a:1', 'r/b:1', '--annotation', 'k']]])(
    'refuses %j before it asks anything',
    async (args) => {
      expect(await run('assemble', ...args)).toMatchObject({ status: 2 });
      expect(asked).toEqual([]);
    },
  );
});

describe('strata convert', () => {
  const losses = [{ path: '$.annotations', reason: 'none there' }];
  const conversion = { digest: 'sha256:2', document: '{}', losses: [], children: [{ digest: 'sha256:3', losses }] };

  it('shows the document, and what is lost on standard error', async () => {
    answer = { data: { convert: conversion } };
    expect(await run('convert', 'r/a:1', '--to', 'docker')).toEqual({
      ...{ status: 0, out: '{}\n' },
      err: 'lost in sha256:3 at $.annotations: none there\n',
    });
  });

  it('pushes where it is told, and loses only what is allowed', async () => {
    answer = { data: { pushConversion: { reference: 'r/b:1', conversion } } };
    expect(await run('convert', 'r/a:1', '--to', 'oci', '--push', 'r/b:1', '--allow-loss')).toMatchObject({
      out: 'r/b:1@sha256:2\n',
    });
    expect(asked[0]?.variables).toEqual({
      input: { reference: 'r/a:1', to: 'OCI', target: 'r/b:1', allowLoss: true },
    });
  });

  it.each([[[]], [['r/a:1']], [['r/a:1', '--to', 'zip']]])('refuses %j before it asks anything', async (args) => {
    expect(await run('convert', ...args)).toMatchObject({ status: 2 });
    expect(asked).toEqual([]);
  });
});

it('says when nobody answers, or somebody else does', async () => {
  const { tools } = recordedTools();
  const away = runCommandLine(['convert', 'r/a:1', '--to', 'oci', '--url', 'http://127.0.0.1:1'], tools);
  await expect(away).rejects.toThrow('the API at http://127.0.0.1:1 cannot be reached');
  answer = 'hello';
  await expect(run('convert', 'r/a:1', '--to', 'oci')).rejects.toThrow('is not the API of Strata');
});
