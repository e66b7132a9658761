import type { ColumnKind } from '../table.js';

const count = new Intl.NumberFormat('en');

/** `12,345` */
export function formatCount(value: number): string {
  return count.format(value);
}

/** `41.5 %` */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(value > 0 && value < 1 ? 1 : 0)} %`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `1.4 GiB` */
export function formatBytes(value: number | string): string {
  let rest = Number(value);
  let unit = 0;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(rest) : rest.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** `2026-11-21 09:14 UTC` */
export function formatTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** A cell as people read it. */
export function formatCell(cell: string | number | null, kind: ColumnKind): string {
  if (cell === null) return '';
  switch (kind) {
    case 'text':
    case 'detail':
    case 'word':
    case 'sentence':
      return String(cell);
    case 'count':
      return formatCount(Number(cell));
    case 'bytes':
      return formatBytes(cell);
    case 'share':
      return formatShare(Number(cell));
    case 'time':
      return formatTime(String(cell));
  }
}
