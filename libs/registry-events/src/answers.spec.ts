import { describe, expect, it } from '@jest/globals';
import type { HookRequest } from './dialect.js';
import { dialectNames, dialectOf } from './dialects.js';

const validation = {
  id: '1',
  eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
  data: { validationCode: '512d38b6', validationUrl: 'https://rp.example/validate' },
};

const post = (payload: unknown, headers: Readonly<Record<string, string>>): HookRequest => ({
  method: 'POST',
  headers: new Map(Object.entries(headers)),
  body: Buffer.from(JSON.stringify(payload)),
});
const options = (headers: Readonly<Record<string, string>>): HookRequest => ({
  method: 'OPTIONS',
  headers: new Map(Object.entries(headers)),
  body: new Uint8Array(),
});

const asksGrid = (request: HookRequest) => dialectOf('event-grid').answer?.(request) ?? null;

describe('the handshake of Event Grid', () => {
  it.each(['SubscriptionValidation', 'subscriptionvalidation'])('gets its code back with 200: %s', (type) => {
    expect(asksGrid(post([validation], { 'aeg-event-type': type }))).toEqual({
      status: 200,
      headers: {},
      body: { validationResponse: '512d38b6' },
    });
  });

  it.each<readonly [string, HookRequest]>([
    ['an ordinary delivery', post([validation], { 'aeg-event-type': 'Notification' })],
    ['a delivery without the header', post([validation], {})],
    ['a handshake without a code', post([{ ...validation, data: {} }], { 'aeg-event-type': 'SubscriptionValidation' })],
    ['a handshake that is no list', post(validation, { 'aeg-event-type': 'SubscriptionValidation' })],
    ['a handshake around another event', post([{ eventType: 'x' }], { 'aeg-event-type': 'SubscriptionValidation' })],
  ])('is not seen in %s', (_title, request) => {
    expect(asksGrid(request)).toBeNull();
  });
});

describe.each(['event-grid', 'cloud-events'] as const)('the question of %s whether it may send', (name) => {
  const asks = (headers: Readonly<Record<string, string>>) => dialectOf(name).answer?.(options(headers)) ?? null;

  it('is answered with leave for the origin that asks', () => {
    expect(asks({ 'webhook-request-origin': 'eventgrid.azure.net', 'webhook-request-rate': '120' })).toEqual({
      status: 200,
      headers: { allow: 'POST', 'webhook-allowed-origin': 'eventgrid.azure.net', 'webhook-allowed-rate': '*' },
      body: null,
    });
  });

  it.each([{}, { 'webhook-request-origin': '' }, { 'webhook-request-origin': 'a\r\nset-cookie: b' }])(
    'is not seen in %j',
    (headers) => {
      expect(asks(headers)).toBeNull();
    },
  );
});

it.each(dialectNames)('%s answers an ordinary delivery in its ordinary way', (name) => {
  expect(dialectOf(name).answer?.(post({ specversion: '1.0' }, {})) ?? null).toBeNull();
});
