import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusalOf } from '../testing/scene.js';
import { askCredentialHelper } from './ask-credential-helper.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-helpers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;

/** Asks a helper that is this shell script. */
function ask(script: string, { signal = never, serverKey = 'registry.example:5000', timeoutMs = 10_000 } = {}) {
  writeFileSync(join(folder, 'docker-credential-test'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const environment = { PATH: `${folder}:/usr/bin:/bin`, FOLDER: folder };
  return askCredentialHelper('test', serverKey, signal, { environment, timeoutMs });
}
const saying = (answer: unknown) => `cat > /dev/null; echo '${JSON.stringify(answer)}'`;

describe('a credential helper', () => {
  it('gives a name and a password', async () => {
    expect(await ask(saying({ ServerURL: 'x', Username: 'u', Secret: 'p:w' }))).toEqual({
      kind: 'password',
      username: 'u',
      password: 'p:w',
    });
  });

  it('gives an identity token under the name <token>', async () => {
    expect(await ask(saying({ Username: '<token>', Secret: 't' }))).toEqual({ kind: 'identity-token', token: 't' });
  });

  it.each([
    ['registry.example:5000', 'registry.example:5000'],
    ['docker.io', 'https://index.docker.io/v1/'],
  ])('is asked for %s as %s', async (serverKey, asked) => {
    await ask(`cat > "$FOLDER/asked"; echo "$@" >> "$FOLDER/asked"; echo '{"Username":"u","Secret":"s"}'`, {
      serverKey,
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(`${asked}get\n`);
  });

  it.each([
    ['says so', 'echo "credentials not found in native keychain"; exit 1'],
    ['gives an empty secret', saying({ Username: 'u', Secret: '' })],
  ])('knows nothing where it %s', async (_, script) => {
    expect(await ask(script)).toBeNull();
  });

  it.each([
    ['fails', 'echo s3cr3t; echo s3cr3t >&2; exit 3', 'ended with status 3'],
    ['says something else than JSON', 'echo s3cr3t', 'gave no credentials'],
    ['leaves out the name', saying({ Secret: 's3cr3t' }), 'gave no credentials'],
    ['says more than 64 KiB', 'head -c 65537 /dev/zero', 'says more than 65536 bytes'],
    ['never stops', 'exec yes s3cr3t', 'says more than 65536 bytes'],
  ])('that %s gives an error without a word of it', async (_, script, problem) => {
    const refusal = await refusalOf(ask(script));
    expect(refusal).toMatchObject({
      code: 'unauthorized',
      message: `no credentials: docker-credential-test ${problem}`,
    });
    expect(`${refusal.stack} ${String(refusal.cause)}`).not.toContain('s3cr3t');
  });

  it('that is silent for too long is ended', async () => {
    const refusal = await refusalOf(ask('exec sleep 60', { timeoutMs: 50 }));
    expect(refusal).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('within 50 ms') });
  });

  it('that is not there is an error', async () => {
    expect((await refusalOf(askCredentialHelper('not-there', 'x', never))).message).toContain('cannot be run (ENOENT)');
  });

  it('ends with its caller', async () => {
    const control = new AbortController();
    const asking = ask('exec sleep 60', { signal: control.signal });
    control.abort(new Error('gave up'));
    await expect(asking).rejects.toThrow('gave up');
  });

  it.each(['../test', 'test; touch pwned', 'a b', '$(id)', '', '-x', 'A', '/bin/sh', 'a'.repeat(64)])(
    'is not run under the name %j',
    async (name) => {
      const asking = askCredentialHelper(name, 'x', never, { environment: { PATH: folder } });
      expect((await refusalOf(asking)).message).toContain('is no name of a credential helper');
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
  );
});
