import { afterEach, describe, expect, it } from '@jest/globals';
import { openRegistry } from './open-registry.js';
import type { RegistryAccessReport } from './registry.js';
import type { FakeAuth } from './testing/gate.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { openScene, type Scene } from './testing/scene.js';
import { startTrap } from './testing/start-trap.js';

let scene: Scene;
afterEach(() => scene.close());

const GOOD = { username: 'u', password: 's3cr3t' };
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });

describe('checkAccess', () => {
  it.each<[string, FakeAuth, typeof GOOD | null, RegistryAccessReport['state'], string]>([
    ['nobody', { kind: 'none' }, null, 'ok', 'none'],
    ['everybody who fetches a token', { kind: 'token' }, null, 'ok', 'token'],
    ['a good password', { kind: 'basic', ...GOOD }, GOOD, 'ok', 'basic'],
    ['a good password at the token server', { kind: 'token', credentials: GOOD }, GOOD, 'ok', 'token'],
    ['no password', { kind: 'basic', ...GOOD }, null, 'credentials-needed', ''],
    ['no password at the token server', { kind: 'token', credentials: GOOD }, null, 'credentials-needed', ''],
    ['a wrong password', { kind: 'basic', ...GOOD, password: 'x' }, GOOD, 'credentials-refused', ''],
  ])('says what became of %s', async (_, auth, credentials, state, authentication) => {
    scene = await openScene({ auth }, {}, { credentials });
    const report = await scene.registry.checkAccess();
    expect(report).toMatchObject(state === 'ok' ? { state, authentication } : { state });
    expect(JSON.stringify(report)).not.toContain('s3cr3t');
    expect(scene.fake.requests[0]).toMatchObject({ method: 'GET', path: '/v2/' });
  });

  it('names the token server that would have to be allowed', async () => {
    scene = await openScene({ auth: { kind: 'token', realm: 'https://auth.example/token' } });
    expect(await scene.registry.checkAccess()).toMatchObject({
      state: 'realm-forbidden',
      realm: 'https://auth.example',
      detail: expect.stringContaining('auth.example'),
    });
  });

  it.each<[string, Misbehaviour, RegistryAccessReport['state']]>([
    ['a web page', answer(200, '<html>', { 'content-type': 'text/html' }), 'not-a-registry'],
    ['a 404', answer(404, 'not found'), 'not-a-registry'],
    ['a 301 to nowhere', answer(301), 'not-a-registry'],
    ['a 503', answer(503), 'unreachable'],
    ['a reset', { kind: 'reset' }, 'unreachable'],
    ['a 429', answer(429), 'rate-limited'],
    ['nothing at all in a 200', answer(200), 'ok'],
  ])('tells %s apart', async (_, step, state) => {
    scene = await openScene();
    scene.fake.misbehave({}, step);
    expect((await scene.registry.checkAccess()).state).toBe(state);
  });

  it.each([true, false])('tells an address that is not allowed from one where nobody is (%p)', async (isAllowed) => {
    scene = await openScene();
    const trap = await startTrap();
    await trap.close();
    const baseUrl = new URL(`http://127.0.0.1:${trap.port}`);
    const registry = openRegistry({ baseUrl, credentials: null, allowPrivateNetwork: isAllowed });
    const report = await registry.checkAccess().finally(() => registry.close());
    expect(report.state).toBe(isAllowed ? 'unreachable' : 'address-forbidden');
  });

  it('ends with the caller’s reason', async () => {
    scene = await openScene();
    await expect(scene.registry.checkAccess(AbortSignal.abort(new Error('gave up')))).rejects.toThrow('gave up');
  });
});
