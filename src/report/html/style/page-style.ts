import { LIST_STYLE } from './list-style.ts'
import { SCENARIO_STYLE } from './scenario-style.ts'
import { TIMELINE_STYLE } from './timeline-style.ts'
import { WALK_PRINT, WALK_STYLE } from './walk-style.ts'

const css = String.raw

/** Colours, by what they say; light and dark in one place. */
const COLOURS = css`
  :root {
    color-scheme: light dark;
    --page: light-dark(#fff, #0f1216);
    --panel: light-dark(#f6f7f9, #171b21);
    --hover: light-dark(#eef1f5, #1f252d);
    --text: light-dark(#1c2128, #e6e9ee);
    --dim: light-dark(#59636e, #9aa5b1);
    --line: light-dark(#d5dae1, #2e353f);
    --accent: light-dark(#1d5fc2, #6ea8fe);
    --failed: light-dark(#b42318, #ff8a80);
    --failed-soft: light-dark(#fdf0ee, #2b1817);
    --flaky: light-dark(#8a5300, #e3a74a);
    --skipped: light-dark(#59636e, #9aa5b1);
    --passed: light-dark(#1a7f37, #5fca7f);
    --bar: light-dark(#9db7df, #3f5f90);
    --drawing-paper: light-dark(#fff, #1b1f26);
    --drawing-host: light-dark(#f5f7fa, #20252d);
    --drawing-segment: light-dark(#e8f0fb, #1d2b42);
    --drawing-dim: light-dark(#5b6472, #a3adba);
    --drawing-wire: light-dark(#1d5fc2, #6ea8fe);
    --drawing-tunnel: light-dark(#7a3fc0, #c79bff);
    --drawing-down: light-dark(#b42318, #ff8a80);
    --drawing-nat: light-dark(#8a5300, #e3a74a);
    --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  }
  :root[data-theme='light'] {
    color-scheme: light;
  }
  :root[data-theme='dark'] {
    color-scheme: dark;
  }
`

const FRAME = css`
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  body {
    margin: 0 auto;
    padding: 0 20px 40px;
    max-width: 1320px;
    background: var(--page);
    color: var(--text);
    font:
      14px/1.45 system-ui,
      -apple-system,
      'Segoe UI',
      sans-serif;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: 20px;
    font-weight: 650;
  }
  h2,
  h3,
  h4 {
    font-size: 14px;
    font-weight: 600;
  }
  pre,
  code,
  kbd {
    font: 12.5px/1.5 var(--mono);
    margin: 0;
  }
  kbd {
    padding: 0 5px;
    border: 1px solid var(--line);
    border-radius: 3px;
  }
  a {
    color: var(--accent);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
    border-radius: 3px;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    background: var(--page);
    border: 1px solid var(--line);
    border-radius: 5px;
    padding: 3px 9px;
    min-height: 28px;
  }
  button {
    cursor: pointer;
  }
  button:hover {
    background: var(--hover);
  }
  .dim {
    color: var(--dim);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .skip {
    position: absolute;
    top: -60px;
    left: 12px;
    padding: 8px 12px;
    background: var(--page);
    z-index: 3;
  }
  .skip:focus {
    top: 8px;
  }
  .took,
  .at {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .mark {
    font-weight: 700;
  }
  .failed.mark,
  .cut-off.mark {
    color: var(--failed);
  }
  .passed.mark {
    color: var(--passed);
  }
  .flaky.mark {
    color: var(--flaky);
  }
  .skipped.mark {
    color: var(--skipped);
  }
  .bar {
    display: flex;
    gap: 2px;
    height: 8px;
    border-radius: 4px;
    overflow: hidden;
  }
  .bar i {
    min-width: 3px;
  }
  .bar .passed {
    background: var(--passed);
  }
  .bar .failed,
  .bar .cut-off {
    background: repeating-linear-gradient(
      -45deg,
      var(--failed) 0 4px,
      color-mix(in srgb, var(--failed) 70%, var(--page)) 4px 7px
    );
  }
  .bar .flaky {
    background: repeating-linear-gradient(90deg, var(--flaky) 0 3px, var(--page) 3px 5px);
  }
  .bar .skipped {
    background: var(--line);
  }
  header {
    padding: 22px 0 14px;
  }
  header .top {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    align-items: start;
  }
  header .bar {
    margin: 12px 0 10px;
  }
  header .about {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 20px;
    color: var(--dim);
    overflow-wrap: anywhere;
  }
  header .about div {
    display: flex;
    gap: 6px;
  }
  header .about dt {
    white-space: nowrap;
  }
  header .about dd {
    color: var(--text);
  }
  .warning {
    margin: 8px 0;
    padding: 8px 12px;
    border: 1px solid var(--failed);
    border-left-width: 4px;
    border-radius: 5px;
    background: var(--failed-soft);
  }
  footer {
    padding-top: 24px;
  }
  html:not(.scripted) footer,
  html.scripted .unscripted {
    display: none;
  }
  summary {
    cursor: pointer;
    border-radius: 3px;
  }
  summary h2,
  summary h3 {
    display: inline;
  }
`

const PRINT = css`
  @media print {
    :root {
      color-scheme: light !important;
    }
    body {
      max-width: none;
      padding: 0;
      font-size: 10pt;
    }
    button,
    .toolbar,
    .skip,
    footer,
    .times:not([open]) {
      display: none !important;
    }
    pre {
      white-space: pre-wrap !important;
      overflow-wrap: anywhere;
      max-height: none !important;
    }
    .scroll {
      overflow: visible !important;
      max-height: none !important;
    }
    .topology svg.drawing {
      min-width: 0;
      max-height: 24cm;
    }
    .scenario {
      content-visibility: visible;
    }
    .row,
    .code,
    .topology,
    summary {
      break-inside: avoid;
    }
    * {
      print-color-adjust: exact;
    }
  }
`

const STYLES = [COLOURS, FRAME, LIST_STYLE, SCENARIO_STYLE, TIMELINE_STYLE, WALK_STYLE]

/** The page's style sheet, without that of its drawings. */
export const PAGE_STYLE = [...STYLES, PRINT, WALK_PRINT].join('\n').replace(/\n\s*/g, '\n')
