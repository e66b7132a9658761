import { CEILINGS } from '../ceilings.js';
import type { Digest } from '../digest.js';
import type { IndexEntry, IndexManifest } from '../manifest/manifest.js';
import { chooseAsContainerd } from './choose-as-containerd.js';
import { chooseAsContainersImage, type VariantKnowledge } from './choose-as-containers-image.js';
import type { EntryChoice } from './entry-choice.js';
import { hostVector, vectorPosition } from './host-vector.js';
import { formatPlatformName } from './platform-name.js';
import { isRunnablePlatform, type Platform } from './platform.js';

/** The programs whose choice is known: containerd (Docker, Kubernetes), and containers/image (Podman, Skopeo, CRI-O). */
export type PullClient = 'containerd' | 'containers-image';

/** What is known of a manifest when somebody asks who could run it. */
export type KnownManifest =
  | { readonly kind: 'image'; readonly digest: Digest; readonly platform: Platform | null }
  | ({ readonly kind: 'index'; readonly digest: Digest } & Pick<IndexManifest, 'format' | 'entries'>)
  | { readonly kind: 'artifact'; readonly digest: Digest };

/** Who asks, and how to look behind an entry. */
export interface ResolveOptions {
  readonly host: Platform;
  readonly client: PullClient;
  /** For containers/image; `detected` unless said. */
  readonly variant?: VariantKnowledge;
  /** Null while nobody has seen that manifest. An image's `platform` is what its config claims. */
  readonly childOf: (digest: Digest) => KnownManifest | null;
}

/** Where a client ends that asks for an image. */
export interface Resolution {
  /** Of the manifest that would be pulled; null when the client finds nothing. */
  readonly digest: Digest | null;
  /** The entry that led there, in the innermost index; null without an index or when nothing is found. */
  readonly entry: IndexEntry | null;
  /** What is known of that manifest; null when nothing is found, or nobody has seen it. */
  readonly found: KnownManifest | null;
  /** It is an image, and the host can run it as far as its config and the index tell. */
  readonly runnable: boolean;
  /** In words, one clause per index on the way. */
  readonly reason: string;
}

/**
 * Walks from a manifest to the image that a client on a host would run, as that client does: each index is left through
 * one entry and never entered again. A manifest that is no index is taken as it is, whatever platform it is for.
 */
export function resolveImage(root: KnownManifest, options: ResolveOptions): Resolution {
  if (!isRunnablePlatform(options.host))
    return nothing(`no client runs on ${formatPlatformName(options.host)}, so it takes nothing`);
  let at: Place = { known: root, digest: root.digest, entry: null };
  const reasons: string[] = [];
  for (let depth = 0; at.known?.kind === 'index'; depth += 1) {
    if (depth >= CEILINGS.indexDepth) return nothing([...reasons, 'indexes nest too deep'].join('; '));
    const { entry, reason } = choose(at.known, options);
    reasons.push(reason);
    if (entry === null) return nothing(reasons.join('; in it, '));
    at = { known: options.childOf(entry.descriptor.digest), digest: entry.descriptor.digest, entry };
  }
  const { takes, runnable, reason } = judge(at, options);
  const whole = [reasons.join('; in it, '), reason].filter(Boolean).join('; ');
  return takes ? { digest: at.digest, entry: at.entry, found: at.known, runnable, reason: whole } : nothing(whole);
}

interface Place {
  readonly known: KnownManifest | null;
  readonly digest: Digest;
  readonly entry: IndexEntry | null;
}

function choose(
  index: Extract<KnownManifest, { kind: 'index' }>,
  { host, client, variant }: ResolveOptions,
): EntryChoice {
  switch (client) {
    case 'containerd':
      return chooseAsContainerd(index.entries, host);
    case 'containers-image':
      return chooseAsContainersImage(index, host, variant);
  }
}

function nothing(reason: string): Resolution {
  return { digest: null, entry: null, found: null, runnable: false, reason };
}

interface Judgement {
  /** False when the client looks at the manifest and goes away again, as containerd does from unnamed entries. */
  readonly takes: boolean;
  readonly runnable: boolean;
  readonly reason: string;
}

/** The config has the last word; an entry's is believed while the config is unknown. */
function judge({ known, entry }: Place, { host, client }: ResolveOptions): Judgement {
  const isNamed = entry !== null && entry.rawPlatform !== null;
  const wouldTake = client === 'containers-image' || entry === null || isNamed;
  if (known?.kind === 'artifact')
    return { takes: wouldTake, runnable: false, reason: 'it is no image but an artifact' };
  const claimed = known?.kind === 'image' ? known.platform : null;
  if (claimed === null)
    return { takes: true, runnable: isNamed, reason: isNamed ? '' : 'nothing known says where it runs' };
  const name = formatPlatformName(claimed);
  if (vectorPosition(hostVector(host), claimed) >= 0)
    return { takes: true, runnable: true, reason: isNamed ? '' : `its config says ${name}` };
  const reason = `its config says ${name}, which ${formatPlatformName(host)} does not run`;
  return { takes: wouldTake, runnable: false, reason };
}
