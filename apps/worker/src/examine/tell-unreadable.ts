import type { Policy } from '@strata/catalog';

/** Hears of all policies at each look at them. */
export type TellUnreadable = (policies: readonly Policy[]) => void;

/** Logs which policies cannot be evaluated, and why: each once, and again when it was written in another way. */
export function tellUnreadableTo(logger: { error(fields: object, message: string): void }): TellUnreadable {
  const told = new Set<string>();
  return (policies) => {
    for (const { name, definition, unreadable, removedAt } of policies) {
      const key = `${name} ${definition}`;
      if (unreadable === null || removedAt !== null || told.has(key)) continue;
      told.add(key);
      const { code, path, message } = unreadable;
      logger.error(
        { policy: name, code, path },
        `this policy is not evaluated, and what it has found stays: ${message}`,
      );
    }
  };
}
