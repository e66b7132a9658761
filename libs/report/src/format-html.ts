import { canonicalJson } from './canonical-json.js';
import { markup, joinMarkup, type Markup } from './html/markup.js';
import { formatCell, formatCount, formatTime } from './html/numbers.js';
import { chartsOf, REPORT_TITLES, tilesOf } from './html/report-charts.js';
import { STYLE } from './html/style.js';
import type { AnyReport } from './report.js';
import { tablesOf, type Column, type Table } from './table.js';

/** A page with more rows is neither read nor printed; the rest is in CSV and JSON. */
const MAX_ROWS = 1_000;

/** A table that fits on a page with others. */
const SHORT_ROWS = 15;

/** What nobody may do to whoever opens the page, should its text ever get past the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * A report as one page: no scripts, no addresses outside it, charts in SVG with all their figures in tables, fit for
 * light and dark screens and for paper. The same report gives the same page.
 */
export function formatHtml(report: AnyReport): string {
  const [title, lead] = REPORT_TITLES[report.report];
  const tiles = tilesOf(report).map(({ label, value }) => markup`<li><b>${value}</b><span>${label}</span></li>`);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="Strata">
<title>${title}, ${formatTime(report.asOf)}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header><h1>${title}</h1><p class="lead">${lead}</p>${factsOf(report)}</header>
<main>
<ul class="tiles">${joinMarkup(tiles)}</ul>
${joinMarkup(chartsOf(report))}
${joinMarkup(tablesOf(report).map(sectionOf))}
</main>
</body>
</html>
`;
  return page.markup;
}

function factsOf({ asOf, revision, parameters }: AnyReport): Markup {
  const asked = Object.entries(parameters)
    .filter(([name, value]) => value !== null && value !== undefined && name !== 'limit' && name !== 'asOf')
    .map(
      ([name, value]) => markup`<dt>${name}</dt><dd>${typeof value === 'string' ? value : canonicalJson(value)}</dd>`,
    );
  return markup`<dl class="facts"><dt>as of</dt><dd>${formatTime(asOf)}</dd><dt>revision</dt><dd>${revision}</dd>${joinMarkup(asked)}</dl>`;
}

function sectionOf({ name, title, columns: all, rows, total }: Table): Markup {
  const columns = [...all.entries()].filter(([, { kind }]) => kind !== 'detail');
  const shown = rows.slice(0, MAX_ROWS);
  const heads = columns.map(([, column]) => markup`<th scope="col"${classOf(column)}>${column.title}</th>`);
  const lines = shown.map((row) => {
    const cells = columns.map(
      ([index, column]) => markup`<td${classOf(column)}>${formatCell(row[index] ?? null, column.kind)}</td>`,
    );
    return markup`<tr>${joinMarkup(cells)}</tr>`;
  });
  const rest = total - shown.length;
  const left = rest === 0 ? markup`` : markup`<p class="left">${formatCount(rest)} more are not on this page.</p>`;
  const body =
    shown.length === 0
      ? markup`<p class="left">None.</p>`
      : markup`<div class="wide"><table><thead><tr>${joinMarkup(heads)}</tr></thead><tbody>${joinMarkup(lines)}</tbody></table></div>`;
  const isShort = shown.length <= SHORT_ROWS;
  return markup`<section class="table${isShort ? ' short' : ''}" id="${name}"><h2>${title}</h2>${body}${left}</section>\n`;
}

function classOf({ kind }: Column): Markup {
  switch (kind) {
    case 'text':
    case 'detail':
      return markup``;
    case 'word':
      return markup` class="w"`;
    case 'sentence':
      return markup` class="s"`;
    case 'time':
      return markup` class="t"`;
    case 'count':
    case 'bytes':
    case 'share':
      return markup` class="n"`;
  }
}
