import {
  challengeOf,
  dialectOf,
  openSender,
  type Authentication,
  type Dialect,
  type DialectName,
  type DeliveryHead,
  type HeadVerdict,
} from '@strata/registry-events';
import type { SourceConfig } from '@strata/runtime';
import { openOidcSender } from './open-oidc-sender.js';
import { createShare, type Share } from './share.js';

/** A configured source, as far as taking in its deliveries needs it. */
export interface HookSource {
  readonly name: string;
  readonly dialect: Dialect;
  /** Judges a delivery before its body is read. Rejects with `KeysUnavailableError` when nobody can say at the moment. */
  readonly checkHead: (head: DeliveryHead, now: Date) => HeadVerdict | Promise<HeadVerdict>;
  /** What a 401 asks for. */
  readonly challenge: string;
  /** Whether the credential is in the path, or in the query: then every request shows it, challenges included. */
  readonly credentialIn: 'path' | 'query' | 'headers';
  readonly share: Share;
}

/** What the operator said of one source, as far as the hook has to know. */
export type ConfiguredSource = SourceConfig<DialectName, Authentication>;

/** Prepares to take in the deliveries of one source; asks nobody yet. */
export function openHookSource({ name, dialect, authentication, secrets }: ConfiguredSource): HookSource {
  const { scheme } = authentication;
  return {
    name,
    dialect: dialectOf(dialect),
    checkHead: scheme === 'oidc' ? openOidcSender(authentication) : openSender(authentication, secrets),
    challenge: challengeOf(authentication),
    credentialIn: scheme === 'path' || scheme === 'query' ? scheme : 'headers',
    share: createShare(),
  };
}
