/** Colours for light and for dark surroundings. Grey and teal differ in lightness too, for those who see few colours. */
const LIGHT = `
  --paper: #ffffff; --edge: #d8dee4; --ink: #1f2328; --muted: #59636e; --grid: #e6eaef;
  --level-0: #eceff3; --level-1: #bfe3dc; --level-2: #76c4b7; --level-3: #2c9a8b; --level-4: #0c5f56;
  --bar: #2c9a8b; --late: #d27a1f; --all: #0c7a6e; --young: #4a78d0; --mature: #8a55c4;`;
const DARK = `
  --paper: #0f1419; --edge: #2b323b; --ink: #e8edf2; --muted: #98a3af; --grid: #222931;
  --level-0: #1c232b; --level-1: #124740; --level-2: #1b7267; --level-3: #2fa696; --level-4: #86e3d5;
  --bar: #2fa696; --late: #e59a4c; --all: #55cdbd; --young: #86a9f2; --mature: #bd97ea;`;

/** System fonts only. Digits are equally wide, so that columns of them stand straight. */
export const STYLE = `
svg {${LIGHT}
  font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
@media (prefers-color-scheme: dark) { svg {${DARK} } }
.paper { fill: var(--paper); stroke: var(--edge); }
text { fill: var(--muted); }
.heading { fill: var(--ink); font-size: 16px; font-weight: 600; }
.note { font-size: 12.5px; }
.small { font-size: 11px; }
.end { text-anchor: end; }
.middle, .nothing { text-anchor: middle; }
.nothing { font-size: 13px; paint-order: stroke; stroke: var(--paper); stroke-width: 8px; }
.strong { fill: var(--ink); font-weight: 600; }
.level-0 { fill: var(--level-0); } .level-1 { fill: var(--level-1); } .level-2 { fill: var(--level-2); }
.level-3 { fill: var(--level-3); } .level-4 { fill: var(--level-4); }
.today { stroke: var(--ink); stroke-width: 1.5; }
.grid { stroke: var(--grid); } .base { stroke: var(--muted); }
.due { fill: var(--bar); } .backlog { fill: var(--late); }
.goal { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 4; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.line.all { stroke-width: 2.75; }
.dot { stroke: var(--paper); stroke-width: 1.5; }
.line.all { stroke: var(--all); } .line.young { stroke: var(--young); } .line.mature { stroke: var(--mature); }
.dot.all { fill: var(--all); } .dot.young { fill: var(--young); } .dot.mature { fill: var(--mature); }
`;
