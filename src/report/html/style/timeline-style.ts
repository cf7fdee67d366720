const css = String.raw

/** What happened, a row each, on one scale of time. */
export const TIMELINE_STYLE = css`
  .timeline {
    --track: 30%;
    border: 1px solid var(--line);
    border-radius: 5px;
    overflow: hidden;
  }
  .timeline .row {
    display: grid;
    grid-template-columns: 58px minmax(0, 1fr) var(--track) 62px;
    gap: 8px;
    align-items: baseline;
    padding: 2px 10px 2px 6px;
    border-radius: 0;
  }
  .timeline summary.row {
    list-style: none;
  }
  .timeline summary.row::-webkit-details-marker {
    display: none;
  }
  .timeline .row:not(.scale):hover {
    background: var(--hover);
  }
  .timeline .scale {
    background: var(--panel);
    color: var(--dim);
    font-size: 12px;
  }
  .timeline .scale .track {
    display: flex;
    justify-content: space-between;
    height: auto;
    background: none;
  }
  .timeline .at {
    color: var(--dim);
    font: 11.5px/1.5 var(--mono);
    text-align: right;
  }
  .timeline .took {
    color: var(--dim);
    text-align: right;
    font-size: 12.5px;
  }
  .timeline .what {
    padding-left: calc(var(--depth, 0) * 18px);
    overflow-wrap: anywhere;
  }
  .timeline .what .mark {
    display: inline-block;
    min-width: 13px;
    color: var(--dim);
  }
  .timeline .what .mark.failed {
    color: var(--failed);
  }
  .timeline .what .mark.passed {
    color: var(--passed);
  }
  .timeline ol {
    --depth: 0;
  }
  .timeline ol ol {
    --depth: 1;
  }
  .timeline ol ol ol {
    --depth: 2;
  }
  .timeline ol ol ol ol {
    --depth: 3;
  }
  .timeline ol ol ol ol ol {
    --depth: 4;
  }
  .timeline .step > .name,
  .timeline .step.row .name,
  .timeline .step > summary .name {
    font-weight: 600;
  }
  .timeline summary .at::before {
    content: '▸';
    float: left;
    font-size: 14px;
    line-height: 1;
  }
  .timeline details[open] > summary .at::before {
    content: '▾';
  }
  .timeline .name {
    white-space: pre-wrap;
  }
  .timeline .note {
    white-space: pre-wrap;
    color: var(--dim);
  }
  .timeline .ended {
    color: var(--failed);
    font-weight: 600;
    font-size: 12.5px;
  }
  .timeline .more {
    padding: 4px 12px 10px calc(90px + var(--depth, 0) * 18px);
  }
  .timeline .track {
    align-self: center;
  }
  .timeline .track i.step {
    top: 2px;
    bottom: 2px;
  }
  .timeline .track i.failed,
  .timeline .track i.unhappy {
    background: var(--failed);
  }
  .timeline .track i.expectation.passed {
    background: var(--passed);
  }
  .timeline .track i.note,
  .timeline .track i.action {
    background: var(--dim);
  }
  .timeline .track b {
    position: absolute;
    top: 0;
    bottom: 0;
    width: 2px;
    margin-left: -2px;
    background: var(--passed);
  }
  .timeline .track b.failed {
    width: 10px;
    margin-left: -10px;
    background: none;
  }
  .timeline .track b.failed::before {
    content: '✗';
    position: absolute;
    top: -1px;
    font: 700 12px/12px var(--mono);
    color: var(--page);
  }
  @media (max-width: 640px) {
    .timeline .row {
      grid-template-columns: 48px minmax(0, 1fr) 56px;
    }
    .timeline .row .track {
      grid-column: 2 / -1;
      grid-row: 2;
      height: 5px;
    }
    .timeline .scale {
      display: none;
    }
    .timeline .more {
      padding-left: 14px;
    }
  }
`
