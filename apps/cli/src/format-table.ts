/** Lays out rows under their titles, as wide as their contents, for a terminal. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [titles, ...cells].map((row) => `${line(row)}\n`).join('');
}

/** What a registry sent is shown, never obeyed: control characters could move the cursor. */
function oneLine(cell: string): string {
  return cell.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}
