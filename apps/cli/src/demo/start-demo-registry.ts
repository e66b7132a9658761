import { randomBytes } from 'node:crypto';
import { startFakeRegistry, type FakeRegistry } from '@strata/registry-client/testing';

/** The registry of the demonstration, and what the product must know about it. */
export interface DemoRegistry {
  readonly registry: FakeRegistry;
  /** The bearer token of its notifications. */
  readonly hookSecret: string;
  /** The entry for `sources` in `strata.yaml`; the hook is then `/hooks/demo`. */
  readonly source: {
    readonly name: 'demo';
    readonly dialect: 'distribution';
    readonly registry: string;
    readonly secrets: readonly string[];
    readonly allowPrivateNetwork: true;
  };
}

/**
 * Starts an empty registry on 127.0.0.1. With port 0 it takes a free one; a fixed port keeps the names of its tags
 * from one demonstration to the next, where the catalog outlives them.
 */
export async function startDemoRegistry(port = 0): Promise<DemoRegistry> {
  const registry = await startFakeRegistry({ port, record: false });
  const hookSecret = randomBytes(32).toString('hex');
  return {
    registry,
    hookSecret,
    source: {
      name: 'demo',
      dialect: 'distribution',
      registry: registry.url.origin,
      secrets: [hookSecret],
      allowPrivateNetwork: true,
    },
  };
}
