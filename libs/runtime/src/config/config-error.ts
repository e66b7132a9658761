/** One thing that is wrong with what the operator wrote, and where it stands. */
export interface ConfigProblem {
  /** An environment variable's name, or `file:line:column`. */
  readonly where: string;
  /** What is wrong, without the value: it may be a secret. */
  readonly message: string;
}

/** Says that a process cannot start as configured, with every problem found, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly [ConfigProblem, ...ConfigProblem[]]) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('\n'));
  }
}
