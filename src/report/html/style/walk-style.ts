const css = String.raw

/** A walkthrough: what it took for granted, its commands, the topology as it grew. */
export const WALK_STYLE = css`
  .walk-head .counts {
    font-weight: 600;
    padding-bottom: 6px;
  }
  .walk-head h4 {
    margin-top: 10px;
  }
  .bar .ran {
    background: var(--bar);
  }
  .granted li {
    padding: 1px 0 1px 14px;
    overflow-wrap: anywhere;
  }
  .walk ol ol {
    padding-left: 18px;
  }
  .walk .heading > summary {
    padding: 7px 4px 3px;
    overflow-wrap: anywhere;
  }
  .walk .fresh {
    margin: 8px 0;
    padding: 4px 10px;
    border-left: 4px solid var(--accent);
    background: var(--panel);
    overflow-wrap: anywhere;
  }
  .walk .note {
    padding: 2px 0 2px 54px;
    color: var(--dim);
    overflow-wrap: anywhere;
  }
  .walk .command {
    position: relative;
    border-top: 1px solid var(--line);
    scroll-margin: 80px;
  }
  .walk .command .row {
    display: grid;
    grid-template-columns: 44px minmax(0, 1fr) minmax(0, max-content) 56px;
    gap: 2px 10px;
    align-items: baseline;
    padding: 4px;
    list-style: none;
  }
  .growth ~ .walk .command .row {
    padding-right: 100px;
  }
  .walk .command summary.row::-webkit-details-marker {
    display: none;
  }
  .walk .command summary.row::after {
    content: '▸';
    position: absolute;
    left: 6px;
    color: var(--dim);
    font-size: 11px;
  }
  .walk .command details[open] > summary.row::after {
    content: '▾';
  }
  .walk .command .row:hover {
    background: var(--hover);
  }
  .walk .command .line,
  .walk .command .took {
    color: var(--dim);
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .walk .command .line,
  .walk .command .prompt {
    color: var(--dim);
  }
  .walk .command code {
    overflow-wrap: anywhere;
  }
  .walk .command .judged {
    max-width: 44ch;
    overflow-wrap: anywhere;
  }
  .verdict {
    font-weight: 600;
  }
  .verdict.failed {
    color: var(--failed);
  }
  .verdict.passed {
    color: var(--passed);
  }
  .verdict.skipped {
    color: var(--flaky);
  }
  .verdict.ran {
    color: var(--dim);
    font-weight: 400;
  }
  .walk .command.failed {
    box-shadow: inset 3px 0 var(--failed);
  }
  .walk .command .more {
    padding: 4px 10px 14px 58px;
  }
  .walk .command .more > * {
    margin-bottom: 6px;
  }
  .walk .command .why {
    color: var(--failed);
    overflow-wrap: anywhere;
  }
  .walk .command .to-stage {
    position: absolute;
    top: 2px;
    right: 2px;
    min-height: 24px;
    padding: 0 8px;
    font-size: 12px;
  }
  .differences li {
    padding: 2px 0;
    overflow-wrap: anywhere;
  }
  .differences dl > div {
    display: grid;
    grid-template-columns: 64px minmax(0, 1fr);
  }
  .differences pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .differences .shown pre {
    color: var(--failed);
  }
  .differences .seen pre {
    color: var(--passed);
  }
  .differences dt {
    color: var(--dim);
  }
  .beside {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 8px 12px;
  }
  .beside .unseen {
    grid-column: 1 / -1;
  }
  .beside h5 {
    margin: 0 0 2px;
    font-size: 12px;
    font-weight: 600;
    color: var(--dim);
  }
  .beside pre {
    padding: 6px 9px;
    border: 1px solid var(--line);
    border-radius: 5px;
    background: var(--panel);
    overflow: auto;
    max-height: 26em;
  }
  mark {
    background: var(--failed-soft);
    color: var(--failed);
    font-weight: 700;
    text-decoration: underline wavy;
    text-underline-offset: 3px;
  }
  .said-of {
    color: var(--dim);
    overflow-wrap: anywhere;
  }
  .growth {
    margin-top: 16px;
    scroll-margin-top: 60px;
  }
  .growth .topology {
    margin-top: 4px;
  }
  .stepper {
    display: flex;
    gap: 8px;
    align-items: center;
    position: relative;
  }
  .stepper input {
    flex: 1 1 120px;
    min-width: 0;
    max-width: 520px;
    padding: 0;
    accent-color: var(--accent);
  }
  .stepper output {
    color: var(--dim);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .stepper [aria-disabled='true'] {
    color: var(--dim);
    cursor: default;
  }
  html.scripted .stage:not(.shown) {
    display: none;
  }
  .stage-command {
    overflow-wrap: anywhere;
  }
  .stage-command button {
    min-height: 24px;
    padding: 0 8px;
    font-size: 12px;
  }
  .changes {
    padding: 4px 0 0 14px;
    font: 12px/1.5 var(--mono);
    color: var(--dim);
    overflow-wrap: anywhere;
  }
  @media (max-width: 760px) {
    .beside {
      grid-template-columns: minmax(0, 1fr);
    }
    .walk .command .row,
    .growth ~ .walk .command .row {
      grid-template-columns: 40px minmax(0, 1fr) 56px;
      padding-right: 4px;
    }
    .walk .command .judged {
      grid-column: 2 / -1;
      max-width: none;
    }
    .walk .command .took {
      grid-column: 3;
      grid-row: 1;
    }
    .walk .command .more {
      padding-left: 14px;
    }
    .walk .command .to-stage {
      position: static;
      margin: 0 0 6px 46px;
    }
    .walk ol ol {
      padding-left: 8px;
    }
  }
`

/** Paper shows the end, whatever stage was looked at last. */
export const WALK_PRINT = css`
  @media print {
    .growth .stage {
      display: none !important;
    }
    .growth .stage:last-of-type {
      display: block !important;
    }
    .stepper {
      display: none !important;
    }
    .beside pre {
      overflow: visible;
    }
  }
`
