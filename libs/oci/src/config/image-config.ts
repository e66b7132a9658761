import type { Digest } from '../digest.js';
import type { Warning } from '../manifest/manifest-error.js';
import type { Platform } from '../platform/platform.js';

/** What an image's config says (OCI image-spec 1.1, config.md; Docker's has the same fields and some more). */
export interface ImageConfig extends ImageSettings {
  readonly platform: Platform | null;
  /** As written; RFC 3339 where it is well-formed, else null. */
  readonly createdAt: Date | null;
  readonly author: string | null;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  /** Docker's: the version that built it. */
  readonly dockerVersion: string | null;
  /** Docker's: the id of the image that this one was built upon, where the builder still knew it. */
  readonly parentId: string | null;
  /** Docker's: what somebody wrote at `docker commit`. */
  readonly comment: string | null;
  /** What is odd about it and hinders nobody; the first 100. */
  readonly warnings: readonly Warning[];
}

/**
 * How an image is run unless told otherwise: the `config` object of a config. Limits of memory and processor are
 * reserved and have no meaning (config.md), so they are not read.
 */
export interface ImageSettings {
  readonly user: string | null;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly env: readonly string[];
  readonly workingDir: string | null;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly labels: ReadonlyMap<string, string>;
  /** Windows: the command line is escaped already. */
  readonly argsEscaped: boolean;
  /** Docker's: what `SHELL` set. */
  readonly shell: readonly string[] | null;
  /** Docker's: steps for whoever builds upon this image. */
  readonly onBuild: readonly string[];
  /** Docker's: how to see that the container works. */
  readonly healthcheck: Healthcheck | null;
  /** Docker's: what the building container was called. */
  readonly hostname: string | null;
  readonly domainname: string | null;
}

/** A check that a runtime repeats; times of null or 0 are the runtime's own. */
export interface Healthcheck {
  /** `NONE`, `CMD` with arguments, or `CMD-SHELL` with a line; empty inherits the base's. */
  readonly test: readonly string[];
  readonly intervalNs: number | null;
  readonly timeoutNs: number | null;
  readonly startPeriodNs: number | null;
  readonly startIntervalNs: number | null;
  readonly retries: number | null;
}

/** One build step; `emptyLayer` steps have no layer. */
export interface HistoryEntry {
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  readonly author: string | null;
  readonly emptyLayer: boolean;
}
