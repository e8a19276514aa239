/** Light and dark after the reader's system. Intent is ink, what was observed is colour with a word, selection is the one accent. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --canvas: #f7f6f2; --surface: #fff; --sunken: #f1efe9; --line: #e6e3db; --line-strong: #d5d1c7; --control: #8a857a;
  --ink: #1b1a17; --ink-2: #4d4a43; --ink-3: #69655c; --accent: #2746d1;
  --ok: #17714a; --ok-soft: #e4f4eb; --ok-line: #b5dfc8;
  --warn: #855200; --warn-mark: #b87400;
  --danger: #b3261e; --danger-soft: #fdebe8; --danger-line: #f2c1bb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #121110; --surface: #191816; --sunken: #0d0c0b; --line: #2a2825; --line-strong: #393631; --control: #77726a;
    --ink: #eeebe4; --ink-2: #b9b4a9; --ink-3: #989387; --accent: #93a5ff;
    --ok: #5fcb95; --ok-soft: #11291d; --ok-line: #24543b;
    --warn: #eab355; --warn-mark: #eab355;
    --danger: #ff8f84; --danger-soft: #331815; --danger-line: #6b2f29;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 0.875rem/1.25rem system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem; }
h1 { margin: 0; font-size: 1.375rem; line-height: 2rem; font-weight: 600; letter-spacing: -0.012em; }
h2 { margin: 0 0 0.25rem; font-size: 1rem; line-height: 1.5rem; font-weight: 600; }
p { margin: 0 0 1rem; max-width: 46rem; color: var(--ink-2); }
.meta { color: var(--ink-3); font-size: 0.8125rem; }
section { margin-top: 1.5rem; padding: 1.5rem; background: var(--surface); border: 1px solid var(--line-strong); border-radius: 10px; }
.verdict { display: flex; gap: 0.75rem; max-width: none; margin: 1rem 0 0; padding: 1rem 1.5rem; border: 1px solid; border-radius: 10px; color: var(--ink); }
.verdict svg { flex: none; width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.verdict.ok { background: var(--ok-soft); border-color: var(--ok-line); }
.verdict.ok svg, .verdict.ok strong { color: var(--ok); }
.verdict.bad { background: var(--danger-soft); border-color: var(--danger-line); }
.verdict.bad svg, .verdict.bad strong { color: var(--danger); }
.verdict ul { margin: 0.5rem 0 0; padding-inline-start: 1.25rem; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.scroll > svg { display: block; width: 100%; min-width: 46rem; height: auto; overflow: visible; }
svg text { font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif; fill: var(--ink-2); font-variant-numeric: tabular-nums; }
svg .name { font-size: 14px; font-weight: 600; fill: var(--ink); }
svg .meta { fill: var(--ink-3); }
svg .count { font-size: 14px; font-weight: 600; fill: var(--ink); }
svg .lane { stroke: var(--control); stroke-width: 1; }
svg .lane.off { stroke-dasharray: 2 5; }
svg .off-word { fill: var(--ink-3); }
svg .down { fill: var(--danger-soft); stroke: var(--danger-line); }
svg .down-word { fill: var(--danger); }
svg .axis { stroke: var(--line-strong); }
svg .tick { fill: var(--accent); }
svg .tick.settled { fill: var(--warn-mark); }
svg .tick:hover { fill: var(--ink); }
svg .cord { fill: none; stroke: var(--accent); stroke-width: 3; stroke-linecap: round; }
svg .mark { stroke-width: 1.5; }
svg .mark.switch { stroke: var(--ink); }
svg .mark.outage { stroke: var(--danger); }
svg .label { font-weight: 600; paint-order: stroke; stroke: var(--surface); stroke-width: 5px; stroke-linejoin: round; }
svg .label.switch { fill: var(--ink); }
svg .label.outage { fill: var(--danger); }
table { width: 100%; border-collapse: collapse; font-size: 0.8125rem; }
th, td { padding: 0.5rem 0.75rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: baseline; }
thead th { color: var(--ink-3); font-size: 0.75rem; font-weight: 400; white-space: nowrap; }
th:first-child, td:first-child { padding-inline-start: 0; }
td code { white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
.number { text-align: end; }
.share { min-width: 8rem; }
.share span { display: block; height: 0.5rem; border-radius: 2px; background: var(--accent); min-width: 1px; }
.unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
code { font: 0.8125rem ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.command { display: block; margin-top: 0.25rem; padding: 0.375rem 0.625rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 6px; color: var(--ink); }
.log { list-style: none; margin: 0.5rem 0 0; padding: 0; }
.log li { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.log li:first-child { border-top: 0; }
.when { color: var(--ink-3); font-size: 0.8125rem; }
@media (max-width: 37.5rem) { main { padding: 1rem; } section { padding: 1rem; } .log li { grid-template-columns: 1fr; gap: 0; } }
@media print { body { background: #fff; } section { break-inside: avoid; } }
`
