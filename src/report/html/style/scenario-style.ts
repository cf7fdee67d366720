const css = String.raw

/** What opens below a scenario's row. */
export const SCENARIO_STYLE = css`
  .body {
    padding: 10px 8px 22px;
  }
  .body section {
    margin-top: 16px;
  }
  .body h4 {
    margin-bottom: 6px;
  }
  .body .about {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 18px;
    color: var(--dim);
    font-size: 13px;
    overflow-wrap: anywhere;
  }
  .signs {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 7px;
    padding-bottom: 8px;
  }
  .attempt {
    border: 1px solid var(--line);
    border-radius: 6px;
    margin-bottom: 8px;
  }
  .attempt > summary {
    padding: 6px 10px;
    overflow-wrap: anywhere;
  }
  .attempt > .inner {
    padding: 4px 10px 12px;
  }
  .reason {
    padding-top: 10px;
  }
  .code {
    position: relative;
    border: 1px solid var(--line);
    border-radius: 5px;
    background: var(--panel);
    max-width: 100%;
  }
  .code pre {
    padding: 7px 10px;
    overflow: auto;
    max-height: 32em;
  }
  .code .copy {
    position: absolute;
    top: 3px;
    right: 3px;
    min-height: 24px;
    padding: 0 8px;
    font-size: 12px;
    color: var(--dim);
  }
  .code:has(.copy) pre {
    padding-right: 70px;
  }
  .error .code {
    border-color: var(--failed);
    border-left-width: 4px;
    background: var(--failed-soft);
  }
  .error pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    max-height: none;
  }
  .error .part pre {
    max-height: 24em;
  }
  .error .code + .part {
    margin-top: 4px;
  }
  .part > summary,
  .inner > .part > summary {
    padding: 3px 2px;
    overflow-wrap: anywhere;
  }
  .part > .inner {
    padding-left: 16px;
  }
  .node {
    font-weight: 550;
  }
  .stderr {
    color: var(--failed);
  }
  .stderr::before {
    content: 'stderr: ';
    color: var(--dim);
  }
  .scroll {
    overflow: auto;
    max-height: 85vh;
    border: 1px solid var(--line);
    border-radius: 5px;
  }
  .topology p {
    margin-bottom: 6px;
  }
  svg.drawing {
    display: block;
    width: 100%;
    max-width: var(--width);
    min-width: calc(var(--width) * 0.72);
    height: auto;
    margin: auto;
  }
  .topology-text {
    padding: 6px 0;
  }
  .topology-text dt {
    overflow-wrap: anywhere;
    font-weight: 550;
    margin-top: 6px;
  }
  .topology-text pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    padding-left: 16px;
  }
  .captures a {
    overflow-wrap: anywhere;
  }
  .packets {
    border-collapse: collapse;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
  .packets th,
  .packets td {
    padding: 2px 10px;
    text-align: right;
    border-bottom: 1px solid var(--line);
    white-space: nowrap;
  }
  .packets th:last-child,
  .packets td:last-child {
    text-align: left;
    width: 100%;
  }
  .facts {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 4px 14px;
  }
  .facts dt {
    color: var(--dim);
  }
  .facts dd > pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .facts pre.failed {
    color: var(--failed);
  }
  .stream {
    color: var(--dim);
    font-size: 12px;
    padding-top: 4px;
  }
  b[class^='ansi'] {
    font-weight: inherit;
  }
  b.ansi-bold {
    font-weight: 700;
  }
  .ansi-red {
    color: var(--failed);
  }
  .ansi-green {
    color: var(--passed);
  }
  .ansi-yellow {
    color: var(--flaky);
  }
  .ansi-blue,
  .ansi-cyan {
    color: var(--accent);
  }
  .ansi-magenta {
    color: var(--drawing-tunnel);
  }
  @media (max-width: 640px) {
    .facts {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
