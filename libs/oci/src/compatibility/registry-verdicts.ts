import { layersOf } from '../manifest/layers-of.js';
import type { Manifest } from '../manifest/manifest.js';
import { featuresOf } from './features-of.js';
import { REGISTRY_FEATURES, type Accepted, type RegistryFeature, type RegistryProfile } from './registry-feature.js';
import { COMPATIBILITY_AS_OF, REGISTRY_TABLE } from './registry-table.js';

/** Whether one registry takes a reference as it is. */
export interface RegistryVerdict {
  readonly registry: string;
  /** The worst of all reasons: `no`, then `unknown`, then `converted`, then `yes`. */
  readonly accepted: Accepted;
  readonly reasons: readonly VerdictReason[];
  /** The day on which the table was last compared with its sources: `2026-11-01`. */
  readonly asOf: string;
}

/** What one registry does with one thing that the reference needs. */
export interface VerdictReason {
  readonly accepted: Accepted;
  /** A sentence for people. */
  readonly text: string;
  /** The public address of what says so; null where nothing was found. */
  readonly source: string | null;
}

/**
 * Says for each well-known registry whether it takes a manifest as it is. `behind` are the manifests that an index leads
 * to, as far as they are known: an index is accepted when they are.
 */
export function registryVerdicts(root: Manifest, behind: Iterable<Manifest> = []): readonly RegistryVerdict[] {
  const manifests = [root, ...behind];
  const features = new Set(manifests.flatMap((manifest) => [...featuresOf(manifest)]));
  return REGISTRY_TABLE.map((profile) => {
    const reasons = [...featureReasons(profile, features), ...sizeReasons(profile, manifests)];
    return { registry: profile.registry, accepted: worst(reasons), reasons, asOf: COMPATIBILITY_AS_OF };
  });
}

const WORDS = {
  yes: 'accepted',
  no: 'refused',
  converted: 'accepted, and converted for some clients',
  unknown: 'unknown',
} as const satisfies Record<Accepted, string>;

function featureReasons(profile: RegistryProfile, features: ReadonlySet<RegistryFeature>): readonly VerdictReason[] {
  return [...features].map((feature) => {
    const { accepted, note, source } = profile.supports[feature];
    const text = `${REGISTRY_FEATURES[feature]}: ${WORDS[accepted]}${note === null ? '' : ` (${note})`}`;
    return { accepted, text, source };
  });
}

/** Only what is too large is worth a reason. */
function sizeReasons(profile: RegistryProfile, manifests: readonly Manifest[]): readonly VerdictReason[] {
  const { maxManifest, maxLayer } = profile;
  const largest = (sizes: Iterable<number>): number => [...sizes].reduce((max, size) => Math.max(max, size), 0);
  const manifestBytes = largest(manifests.map(({ sizeBytes }) => sizeBytes));
  const layerBytes = largest(
    manifests.flatMap((manifest) => layersOf(manifest).map(({ sizeBytes }) => sizeBytes ?? 0)),
  );
  const reason = (what: string, bytes: number, limit: RegistryProfile['maxLayer']): readonly VerdictReason[] =>
    limit === null || bytes <= limit.bytes
      ? []
      : [{ accepted: 'no', text: `${what} of ${bytes} bytes: refused (at most ${limit.bytes})`, source: limit.source }];
  return [...reason('a manifest', manifestBytes, maxManifest), ...reason('a layer', layerBytes, maxLayer)];
}

const ORDER = ['no', 'unknown', 'converted', 'yes'] as const satisfies readonly Accepted[];

function worst(reasons: readonly VerdictReason[]): Accepted {
  return ORDER.find((accepted) => reasons.some((reason) => reason.accepted === accepted)) ?? 'yes';
}
