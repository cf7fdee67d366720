/**
 * How a drawing looks, by variables that a page may set: `--drawing-wire`, `--drawing-tunnel`,
 * `--drawing-down`, `--drawing-dim`. Everything else follows the text's own colour.
 */
export const DRAWING_STYLE = `
.drawing { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.drawing text { fill: currentColor; white-space: pre; }
.drawing .title { font-weight: 600; }
.drawing .dim, .drawing .label { fill: var(--drawing-dim, #5b6472); }
.drawing .label { font-size: 10.5px; }
.drawing .nat { fill: var(--drawing-nat, #8a5300); font-weight: 600; }
.drawing .down { fill: var(--drawing-down, #b42318); font-weight: 600; }
.drawing rect { fill: var(--drawing-paper, #fff); stroke: currentColor; stroke-opacity: .45; }
.drawing .host > rect { fill: var(--drawing-host, #f5f7fa); }
.drawing .host .host > rect { fill: var(--drawing-paper, #fff); }
.drawing .bridge > rect, .drawing .routing > rect { stroke-width: 1.5; stroke-opacity: .8; }
.drawing .segment > rect { fill: var(--drawing-segment, #e8f0fb); stroke: var(--drawing-wire, #1d5fc2); stroke-opacity: 1; stroke-width: 1.5; }
.drawing .tunnel > rect { stroke: var(--drawing-tunnel, #7a3fc0); stroke-opacity: 1; stroke-dasharray: 6 4; }
.drawing .sign { fill: none; stroke: var(--drawing-wire, #1d5fc2); }
.drawing .wire path { fill: none; stroke: var(--drawing-wire, #1d5fc2); stroke-width: 1.5; }
.drawing .wire rect { fill: var(--drawing-wire, #1d5fc2); stroke: none; }
.drawing .wire.port path { stroke: currentColor; stroke-opacity: .6; }
.drawing .wire.port rect { fill: currentColor; fill-opacity: .6; }
.drawing .wire.tunnel path { stroke: var(--drawing-tunnel, #7a3fc0); stroke-dasharray: 6 4; }
.drawing .wire.tunnel rect { fill: var(--drawing-tunnel, #7a3fc0); stroke: none; }
.drawing .wire.down path { stroke: var(--drawing-down, #b42318); stroke-dasharray: 1.5 3.5; stroke-opacity: 1; }
.drawing .wire.down rect { fill: var(--drawing-paper, #fff); stroke: var(--drawing-down, #b42318); stroke-opacity: 1; }
.drawing .wire.down .cross { stroke-dasharray: none; stroke-width: 2; }
`

/** For a drawing that stands alone, and has no page to follow. */
export const OWN_STYLE = `
svg.drawing { color: #1c2128; background: #fff; }
@media (prefers-color-scheme: dark) {
  svg.drawing {
    color: #e6e9ee; background: #14171c;
    --drawing-paper: #1b1f26; --drawing-host: #20252d; --drawing-segment: #1d2b42;
    --drawing-dim: #a3adba; --drawing-wire: #6ea8fe; --drawing-tunnel: #c79bff;
    --drawing-down: #ff8a80; --drawing-nat: #e3a74a;
  }
}
`
