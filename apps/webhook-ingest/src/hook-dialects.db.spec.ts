import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dialectNames, dialectOf, type DialectName } from '@strata/registry-events';
import { signDelivery } from '@strata/registry-events/testing';
import fc from 'fast-check';
import { aSource, SECRET, startHook, type RunningHook } from './testing/start-hook.js';

let hook: RunningHook;
beforeAll(async () => {
  const authentication = { scheme: 'path' } as const; // the one that every sender can do
  hook = await startHook({
    sources: dialectNames.map((dialect) => aSource({ name: `from-${dialect}`, dialect, authentication })),
  });
});
afterAll(() => hook.end());
beforeEach(() => hook.forget());

const fixtures = new URL('../../../libs/registry-events/src/', import.meta.url);

/** What this sender writes, as a place to start changing from. */
function payloadsOf(dialect: DialectName): readonly string[] {
  const folder = new URL(`${dialect}/fixtures/`, fixtures);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !/\.(?:events|headers)\.json$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

async function post(dialect: DialectName, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { suffix } = signDelivery({ scheme: 'path' }, SECRET, body);
  const url = `${hook.url}/hooks/from-${dialect}${suffix}`;
  const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

describe.each(dialectNames)('%s', (dialect) => {
  it('answers whatever JSON an authenticated sender posts as this sender needs it, and keeps it', async () => {
    const changed = fc
      .record({ payload: fc.constantFrom(...payloadsOf(dialect)), at: fc.double({ min: 0, max: 1 }), value: fc.json() })
      .map(({ payload, at, value }) => {
        const colon = payload.indexOf(':', Math.floor(at * payload.length));
        return colon < 0 ? payload : `${payload.slice(0, colon + 1)}${value},"x":${payload.slice(colon + 1)}`;
      });
    const header = fc.constantFrom('application/json', 'application/cloudevents+json', 'text/plain', 'x/y; =');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), changed), header, async (body, contentType) => {
        await hook.forget();
        expect(await post(dialect, body, { 'content-type': contentType })).toBe(
          dialectOf(dialect).sender.acceptedStatus,
        );
        expect((await hook.rows('id')).length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a sender that asks whether it may send', () => {
  const ask = (path: string) =>
    fetch(`${hook.url}/hooks/${path}`, {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net', 'webhook-request-rate': '120' },
    });

  it('is told so, where its dialect knows the question', async () => {
    const answer = await ask(`from-event-grid/${SECRET}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
    expect(await hook.rows('id')).toEqual([]);
  });

  it('is not, without the secret in its address, or where nobody asks such things', async () => {
    expect((await ask('from-event-grid/wrong')).status).toBe(401);
    expect((await ask('from-event-grid')).status).toBe(401);
    expect((await ask(`from-distribution/${SECRET}`)).status).toBe(404);
    expect((await ask('nobody')).status).toBe(404);
  });

  it('gets the answer to its challenge with 200, and a row that says so', async () => {
    const code = '512d38b6-c7b8-40c8-89fe-f46f9e9622b6';
    const event = {
      id: '1',
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      data: { validationCode: code },
    };
    const answer = await fetch(`${hook.url}/hooks/from-event-grid/${SECRET}`, {
      method: 'POST',
      headers: { 'aeg-event-type': 'SubscriptionValidation' },
      body: JSON.stringify([event]),
    });
    expect([answer.status, await answer.json()]).toEqual([200, { validationResponse: code }]);
    expect(await hook.rows('state, reason')).toEqual([{ state: 'ignored', reason: 'HANDSHAKE' }]);
  });
});
