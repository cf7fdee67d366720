const css = String.raw

/** The tools above the list, the list's rows, the run's times. */
export const LIST_STYLE = css`
  .toolbar {
    position: sticky;
    top: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    padding: 10px 0;
    background: var(--page);
    border-bottom: 1px solid var(--line);
  }
  .toolbar input {
    flex: 1 1 220px;
    min-width: 0;
  }
  .toolbar select {
    max-width: 200px;
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .filter[aria-pressed='true'] {
    border-color: currentColor;
    box-shadow: inset 0 0 0 1px currentColor;
    background: var(--hover);
    font-weight: 600;
  }
  .filter.failed,
  .filter.cut-off,
  .status.failed,
  .status.cut-off {
    color: var(--failed);
  }
  .filter.flaky,
  .status.flaky {
    color: var(--flaky);
  }
  .filter.skipped,
  .status.skipped {
    color: var(--skipped);
  }
  .filter.passed,
  .status.passed {
    color: var(--passed);
  }
  #shown {
    color: var(--dim);
    font-variant-numeric: tabular-nums;
  }
  .scenario {
    border-bottom: 1px solid var(--line);
    scroll-margin-top: 60px;
    content-visibility: auto;
    contain-intrinsic-size: auto 42px;
  }
  .scenario[open] {
    content-visibility: visible;
  }
  .scenario > summary {
    display: grid;
    grid-template-columns: 84px minmax(0, 1fr) auto auto;
    gap: 2px 10px;
    align-items: baseline;
    padding: 9px 8px;
    list-style: none;
  }
  .scenario > summary::-webkit-details-marker {
    display: none;
  }
  .scenario > summary:hover {
    background: var(--hover);
  }
  .scenario[open] > summary {
    background: var(--panel);
  }
  .status {
    font-weight: 600;
    white-space: nowrap;
  }
  .scenario h3 {
    overflow-wrap: anywhere;
    font-weight: 550;
    white-space: pre-wrap;
  }
  .scenario .names {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 8px;
    align-items: baseline;
  }
  .scenario:not([open]) h3,
  .scenario:not([open]) > summary .headline {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
  }
  .tag,
  .said {
    padding: 0 7px;
    border: 1px solid var(--line);
    border-radius: 10px;
    font-size: 12px;
    color: var(--dim);
    max-width: 28ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .said {
    border-style: dashed;
    color: var(--text);
  }
  .place {
    color: var(--dim);
    font: 12px/1.5 var(--mono);
    max-width: 56ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .scenario > summary > .took {
    color: var(--dim);
    text-align: right;
    min-width: 56px;
  }
  .scenario > summary > .headline {
    grid-column: 2 / -1;
    color: var(--dim);
    overflow-wrap: anywhere;
  }
  .scenario.failed > summary > .headline {
    color: var(--failed);
  }
  .times {
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 6px 12px;
    margin-bottom: 6px;
  }
  .times .inner {
    padding: 6px 0;
  }
  .times h3 {
    margin: 12px 0 6px;
  }
  .track {
    position: relative;
    display: block;
    height: 10px;
    background: var(--panel);
    border-radius: 2px;
  }
  .track i {
    position: absolute;
    top: 0;
    bottom: 0;
    min-width: 2px;
    border-radius: 2px;
    background: var(--bar);
  }
  .slowest li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 84px 34% 60px;
    gap: 10px;
    align-items: center;
    padding: 2px 0;
  }
  .slowest a {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .slowest .took {
    text-align: right;
  }
  .lane {
    display: grid;
    grid-template-columns: 24px 1fr;
    align-items: center;
    padding: 2px 0;
    color: var(--dim);
  }
  .lane .track {
    height: 16px;
  }
  .lane i {
    border-right: 1px solid var(--page);
  }
  .lane .failed,
  .lane .cut-off {
    background: var(--failed);
  }
  .lane .flaky {
    background: var(--flaky);
  }
  .lane .passed {
    background: var(--passed);
  }
  .phases {
    padding: 10px 0 2px;
  }
  .phases .bar {
    height: 6px;
  }
  .phases ul {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    padding-top: 5px;
    color: var(--dim);
    font-size: 12.5px;
  }
  .phases li i {
    display: inline-block;
    width: 9px;
    height: 9px;
    border-radius: 2px;
    margin-right: 5px;
  }
  .phase-sandbox {
    background: #8250df;
  }
  .phase-load {
    background: #bf8700;
  }
  .phase-script {
    background: #2f7fe0;
  }
  .phase-observe {
    background: #1b9e8a;
  }
  .phase-close {
    background: #7d8590;
  }
  @media (max-width: 640px) {
    body {
      padding: 0 10px 30px;
    }
    .scenario > summary {
      grid-template-columns: minmax(0, 1fr) auto;
      padding: 9px 4px;
    }
    .scenario > summary > * {
      grid-column: 1 / -1;
    }
    .scenario > summary > .headline {
      grid-column: 1 / -1;
    }
    .scenario > summary > .status {
      grid-column: 1;
      grid-row: 1;
    }
    .scenario > summary > .took {
      grid-column: 2;
      grid-row: 1;
    }
    .place {
      max-width: none;
    }
    .slowest li {
      grid-template-columns: minmax(0, 1fr) 84px 60px;
    }
    .slowest .track {
      display: none;
    }
  }
`
