import { digestOf, type Digest } from '@strata/oci';
import type { EventFacts, RegistryEvent } from './registry-event.js';

export { signDelivery, type SignedDelivery } from './testing/sign-delivery.js';
export { createTestIssuer, type TestIssuer } from './testing/test-issuer.js';

/** The facts of a made-up event: its bytes are JSON that names what was asked for, the rest is plausible. */
export function someFacts(facts: Partial<EventFacts> = {}): EventFacts {
  const { repository = 'team/app', tag = null, digest = null, nativeId = null, action = 'push' } = facts;
  return {
    action,
    nativeId,
    raw: Buffer.from(JSON.stringify({ action, id: nativeId, target: { repository, tag, digest } })),
    sourceTime: new Date('2026-08-20T10:15:30.123Z'),
    actor: 'ci-bot',
    instanceId: 'instance-1',
    repository,
    tag,
    digest,
    ...facts,
  };
}

/** A manifest was pushed, by tag unless `tag` is null. Its digest follows from repository and tag unless it is given. */
export function aPush(facts: Partial<EventFacts> & { readonly repository?: string } = {}): RegistryEvent {
  const repository = facts.repository ?? 'team/app';
  const tag = facts.tag === undefined ? 'latest' : facts.tag;
  const digest: Digest = facts.digest ?? digestOf(Buffer.from(`${repository}:${tag}`));
  return { ...someFacts({ ...facts, repository, tag, digest }), kind: 'manifest-pushed', repository, digest };
}

/** The bytes of a Distribution envelope around events of any shape. */
export function anEnvelope(...events: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify({ events }));
}

/** One event as Distribution 3.x writes it, before it is put into an envelope; `changes` replace whole members. */
export function aDistributionEvent(
  changes: {
    readonly id?: unknown;
    readonly action?: unknown;
    readonly target?: Readonly<Record<string, unknown>>;
    readonly [member: string]: unknown;
  } = {},
): Record<string, unknown> {
  const digest = digestOf(Buffer.from('team/app:1.4.2'));
  return {
    id: '0198f2c1-7b6e-7c55-9d0a-3f3a2c1b0a99',
    timestamp: '2026-08-20T10:15:30.123456789Z',
    action: 'push',
    request: { id: 'r1', addr: '10.0.0.7:42961', host: 'registry.example', method: 'PUT', useragent: 'docker/27.1' },
    actor: { name: 'ci-bot' },
    source: { addr: 'registry-0:5000', instanceID: 'a53db899-3b4b-4a62-a067-8dd013beaca4' },
    ...changes,
    target: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: 1609,
      repository: 'team/app',
      url: `https://registry.example/v2/team/app/manifests/${digest}`,
      tag: '1.4.2',
      ...changes.target,
    },
  };
}
