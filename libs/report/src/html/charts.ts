import { markup, joinMarkup, type Markup } from './markup.js';

/** Every chart says in words what it shows, and has its figures in a table of the same page. */
interface Described {
  readonly title: string;
  readonly description: string;
}

const WIDTH = 720;
const LABELS = 200;
const ROW = 24;

function figure({ title, description }: Described, height: number, content: Markup, legend: Markup): Markup {
  return markup`<figure><figcaption>${title}</figcaption>${legend}<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}. ${description}"><title>${title}</title><desc>${description}</desc>${content}</svg></figure>`;
}

const NOTHING: Markup = { markup: '' };

/** A part of each bar: its name, and its colour by its place on the page, see `STYLE`. */
export interface BarPart {
  readonly name: string;
  readonly colour: 0 | 1 | 2 | 3 | 4 | 5;
}

/** Each name with its colour. */
function legendOf(parts: readonly { readonly name: string; readonly colour: number }[]): Markup {
  const items = parts.map(({ name, colour }) => markup`<li><span class="key s${colour}"></span>${name}</li>`);
  return markup`<ul class="legend">${joinMarkup(items)}</ul>`;
}

/** One bar per row, made of parts that lie behind each other; `value` stands at its end. */
export interface Bar {
  readonly label: string;
  readonly parts: readonly number[];
  readonly value: string;
}

/** Bars of one scale. With `parts`, each part has a name and a colour. */
export function barChart(described: Described, bars: readonly Bar[], parts: readonly BarPart[] = []): Markup {
  const most = Math.max(1, ...bars.map((bar) => sum(bar.parts)));
  const room = WIDTH - LABELS - 130;
  const rows = bars.map((bar, row) => {
    const y = row * ROW;
    let x = LABELS;
    const rects = bar.parts.map((part, index) => {
      const width = round((part / most) * room);
      const rect = markup`<rect class="s${parts[index]?.colour ?? 0}" x="${round(x)}" y="${y + 4}" width="${width}" height="${ROW - 8}"></rect>`;
      x += width;
      return rect;
    });
    const mid = y + ROW / 2 + 4;
    return markup`<g><title>${bar.label}: ${bar.value}</title><text class="label" x="${LABELS - 8}" y="${mid}" text-anchor="end">${clip(bar.label, 30)}</text>${joinMarkup(rects)}<text x="${round(x) + 6}" y="${mid}">${bar.value}</text></g>`;
  });
  return figure(
    described,
    Math.max(1, bars.length) * ROW,
    joinMarkup(rows),
    parts.length > 1 ? legendOf(parts) : NOTHING,
  );
}

/** A line over the same points as the others. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

/** Lines from nought to the top; `label` says what a height means. */
export function lineChart(
  described: Described,
  points: readonly string[],
  lines: readonly Line[],
  axis: { readonly top: number; readonly label: (value: number) => string },
): Markup {
  const left = 64;
  const height = 220;
  const bottom = height - 28;
  const x = (index: number): number => round(left + (index / Math.max(1, points.length - 1)) * (WIDTH - left - 40));
  const y = (value: number): number => round(bottom - (value / Math.max(axis.top, Number.MIN_VALUE)) * (bottom - 12));
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = part * axis.top;
    return markup`<line class="grid" x1="${left}" x2="${WIDTH - 40}" y1="${y(value)}" y2="${y(value)}"></line><text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${axis.label(value)}</text>`;
  });
  const months = points.map(
    (point, index) => markup`<text x="${x(index)}" y="${height - 8}" text-anchor="middle">${point}</text>`,
  );
  const drawn = lines.map(({ name, values }, index) => {
    const path = values.map((value, place) => `${place === 0 ? 'M' : 'L'}${x(place)} ${y(value)}`).join('');
    const dots = values.map(
      (value, place) =>
        markup`<circle class="s${index % 6}" cx="${x(place)}" cy="${y(value)}" r="3"><title>${name}, ${points[place] ?? ''}: ${axis.label(value)}</title></circle>`,
    );
    return markup`<path class="line l${index % 6}" d="${path}"></path>${joinMarkup(dots)}`;
  });
  const legend = lines.length > 1 ? legendOf(lines.map(({ name }, index) => ({ name, colour: index % 6 }))) : NOTHING;
  return figure(described, height, joinMarkup([...grid, ...months, ...drawn]), legend);
}

/** A row of a heat map; each share from 0 to 1, or null where there is nothing to have a share of. */
export interface HeatRow {
  readonly label: string;
  readonly shares: readonly (number | null)[];
}

/** Shares as shades, each with its figure: nobody has to tell colours apart. */
export function heatMap(described: Described, columns: readonly string[], rows: readonly HeatRow[]): Markup {
  const cell = Math.min(90, (WIDTH - LABELS) / Math.max(1, columns.length));
  const heads = columns.map(
    (name, index) =>
      markup`<text x="${round(LABELS + (index + 0.5) * cell)}" y="16" text-anchor="middle">${clip(name, Math.floor(cell / 7))}</text>`,
  );
  const body = rows.map(({ label, shares }, row) => {
    const y = 24 + row * ROW;
    const cells = shares.map((share, index) => {
      const shade = share === null ? 'none' : `h${Math.min(5, Math.ceil(share * 5))}`;
      const text = share === null ? '–' : `${Math.floor(share * 100)}`;
      const x = round(LABELS + index * cell);
      return markup`<g class="cell ${shade}"><title>${label}, ${columns[index] ?? ''}: ${share === null ? 'nothing to run' : `${(share * 100).toFixed(1)} %`}</title><rect x="${x + 1}" y="${y + 1}" width="${round(cell) - 2}" height="${ROW - 2}"></rect><text x="${round(x + cell / 2)}" y="${y + ROW / 2 + 4}" text-anchor="middle">${text}</text></g>`;
    });
    return markup`<text class="label" x="${LABELS - 8}" y="${y + ROW / 2 + 4}" text-anchor="end">${clip(label, 30)}</text>${joinMarkup(cells)}`;
  });
  return figure(described, 24 + rows.length * ROW, joinMarkup([...heads, ...body]), NOTHING);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To a hundredth: longer numbers say nothing more. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clip(text: string, chars: number): string {
  const all = [...text];
  return all.length <= chars ? text : `${all.slice(0, Math.max(1, chars - 1)).join('')}…`;
}
