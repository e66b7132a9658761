import type { Digest } from '../digest.js';
import type { Platform } from '../platform/platform.js';

/** What an image's config says (OCI image-spec 1.1, config.md; the Docker one has the same fields). */
export interface ImageConfig {
  readonly platform: Platform | null;
  /** As written; RFC 3339 where it is well-formed, else null. */
  readonly createdAt: Date | null;
  readonly author: string | null;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  readonly user: string | null;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly env: readonly string[];
  readonly workingDir: string | null;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly labels: ReadonlyMap<string, string>;
}

/** One build step; `emptyLayer` steps have no layer. */
export interface HistoryEntry {
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  readonly author: string | null;
  readonly emptyLayer: boolean;
}
