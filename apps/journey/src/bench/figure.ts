/** One line of the bench: what was measured, beside the limit measured in the same run where there is one. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly measured: number;
  /** What the machine can do at best at the same moment, by the shortest way to do the same. */
  readonly limit: { readonly what: string; readonly measured: number } | null;
  readonly target: Target;
}

/** What the figure should be: a share of the limit, a multiple of it at most, at least or at most an amount. */
export type Target =
  | { readonly kind: 'share of limit'; readonly atLeast: number }
  | { readonly kind: 'times limit'; readonly atMost: number }
  | { readonly kind: 'at least'; readonly amount: number }
  | { readonly kind: 'at most'; readonly amount: number };

/** Whether the target was reached. */
export function isReached({ measured, limit, target }: Figure): boolean {
  switch (target.kind) {
    case 'share of limit':
      return limit !== null && measured / limit.measured >= target.atLeast;
    case 'times limit':
      return limit !== null && measured / limit.measured <= target.atMost;
    case 'at least':
      return measured >= target.amount;
    case 'at most':
      return measured <= target.amount;
  }
}

/** The line that a person reads. */
export function formatFigure(figure: Figure): string {
  const { name, unit, measured, limit } = figure;
  const beside =
    limit === null ? '' : `${amountOf(limit.measured)} ${limit.what}: ${(measured / limit.measured).toFixed(2)} ×`;
  return `${isReached(figure) ? 'ok    ' : 'missed'}  ${name.padEnd(58)} ${`${amountOf(measured)} ${unit}`.padEnd(20)} ${targetOf(figure).padEnd(18)} ${beside}`;
}

/** What was aimed at, in words. */
export function targetOf({ target, unit }: Pick<Figure, 'target' | 'unit'>): string {
  switch (target.kind) {
    case 'share of limit':
      return `≥ ${target.atLeast} ×`;
    case 'times limit':
      return `≤ ${target.atMost} ×`;
    case 'at least':
      return `≥ ${target.amount.toLocaleString('en')} ${unit}`;
    case 'at most':
      return `≤ ${target.amount.toLocaleString('en')} ${unit}`;
  }
}

/** A number as people read it: as exact as it needs to be. */
export function amountOf(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
