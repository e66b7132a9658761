/** The whole look of a page: no address leads out of it. Pairs of text and ground have a contrast of 4.5 : 1 or more. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --stripe: #f6f8fa;
  --s0: #0b66c3; --s1: #b4540a; --s2: #1a7f4b; --s3: #8f3fbf; --s4: #b42348; --s5: #5a6572;
  --h0: #f6f8fa; --h1: #d5e8fb; --h2: #a8cff5; --h3: #6cadec; --h4: #1f6fc0; --h5: #0a4a8c; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --text: #e6eaef; --quiet: #a3adb8; --line: #3a434d;
  --stripe: #1c2128; --s0: #5aa9f5; --s1: #f0934a; --s2: #4fc98a; --s3: #c792f0; --s4: #f4768f; --s5: #a9b4c0;
  --h0: #1c2128; --h1: #1d3247; --h2: #1f4a72; --h3: #2463a0; --h4: #72b2f2; --h5: #b3d6fa; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.8rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
.lead { color: var(--quiet); margin: .25rem 0 1rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; font-size: .87rem; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
ul.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
ul.tiles li { flex: 1 1 9rem; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .4rem; }
ul.tiles b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; } ul.tiles span { color: var(--quiet); }
figure { margin: 1.5rem 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: .25rem; }
svg { display: block; width: 100%; height: auto; font: 10.5px system-ui, sans-serif; max-width: 60rem; } svg text { fill: var(--text); }
ul.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; padding: 0; list-style: none; font-size: .87rem; }
.key { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
${[0, 1, 2, 3, 4, 5]
  .map(
    (n) =>
      `rect.s${n}, circle.s${n} { fill: var(--s${n}); } .key.s${n} { background: var(--s${n}); } .l${n} { stroke: var(--s${n}); }`,
  )
  .join('\n')}
.l1 { stroke-dasharray: 8 3; } .l2 { stroke-dasharray: 2 3; } .l3 { stroke-dasharray: 8 3 2 3; } .l4 { stroke-dasharray: 12 4; } .l5 { stroke-dasharray: 1 4; }
.line { fill: none; stroke-width: 2; } .grid { stroke: var(--line); }
${[0, 1, 2, 3, 4, 5].map((n) => `.h${n} rect { fill: var(--h${n}); }`).join(' ')}
.none rect { fill: none; } .cell rect { stroke: var(--line); stroke-width: .5; } .cell.none text { fill: var(--quiet); }
.h4 text, .h5 text { fill: var(--ground); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { overflow-wrap: normal; border-bottom: 2px solid var(--line); } tbody tr:nth-child(even) { background: var(--stripe); }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .w { overflow-wrap: normal; } .s { min-width: 14rem; } .t { min-width: 6.2rem; overflow-wrap: normal; }
.left { color: var(--quiet); font-size: .87rem; }
@page { size: A4 landscape; margin: 14mm 12mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9px sans-serif; } }
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --stripe: #f6f8fa;
    --s0: #0b66c3; --s1: #b4540a; --s2: #1a7f4b; --s3: #8f3fbf; --s4: #b42348; --s5: #5a6572;
    --h0: #f6f8fa; --h1: #d5e8fb; --h2: #a8cff5; --h3: #6cadec; --h4: #1f6fc0; --h5: #0a4a8c; }
  body { max-width: none; padding: 0; font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure { max-width: 17cm; margin: .6rem 0; } .s { min-width: 5.5cm; } .wide { overflow: visible; }
  thead { display: table-header-group; } tr { break-inside: avoid; } h2 { break-after: avoid; }
  section.table { break-before: page; } section.table.short { break-before: auto; break-inside: avoid; }
}
`;
