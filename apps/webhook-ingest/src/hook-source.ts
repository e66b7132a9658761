import type { Dialect } from '@strata/registry-events';

/** A configured source, as far as taking in its deliveries needs it. */
export interface HookSource {
  readonly name: string;
  readonly dialect: Dialect;
  /** At least one; several while one is being replaced. */
  readonly secrets: readonly string[];
}
