/** One line of the bench: what was measured, beside the limit measured in the same run where there is one. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly measured: number;
  /** What the machine can do at best at the same moment, by the shortest way to do the same. */
  readonly limit: { readonly what: string; readonly measured: number } | null;
  readonly target: Target;
}

/** What the figure should be: a share of the limit, at least or at most an amount. */
export type Target =
  | { readonly kind: 'share of limit'; readonly atLeast: number }
  | { readonly kind: 'at least'; readonly amount: number }
  | { readonly kind: 'at most'; readonly amount: number };

/** Whether the target was reached. */
export function isReached({ measured, limit, target }: Figure): boolean {
  switch (target.kind) {
    case 'share of limit':
      return limit !== null && measured / limit.measured >= target.atLeast;
    case 'at least':
      return measured >= target.amount;
    case 'at most':
      return measured <= target.amount;
  }
}

/** The line that a person reads. */
export function formatFigure(figure: Figure): string {
  const { name, unit, measured, limit, target } = figure;
  const beside =
    limit === null ? '' : `${amount(limit.measured)} ${limit.what}: ${(measured / limit.measured).toFixed(2)} ×`;
  const aim =
    target.kind === 'share of limit'
      ? `≥ ${target.atLeast} ×`
      : `${target.kind === 'at least' ? '≥' : '≤'} ${target.amount} ${unit}`;
  return `${isReached(figure) ? 'ok    ' : 'missed'}  ${name.padEnd(46)} ${`${amount(measured)} ${unit}`.padEnd(20)} ${aim.padEnd(18)} ${beside}`;
}

function amount(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
