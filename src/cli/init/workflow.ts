import { dedent } from './dedent.ts'
import type { PackageManager } from './package-manager.ts'

/** Runs the scenarios on GitHub: annotations, a summary, and the HTML report to download. */
export function workflow({ install, cache, run }: PackageManager): string {
  return dedent`
    name: tnet-lab

    on:
      push:
      pull_request:

    permissions:
      contents: read

    jobs:
      scenarios:
        runs-on: ubuntu-24.04
        timeout-minutes: 15
        steps:
          - uses: actions/checkout@v4
          - uses: actions/setup-node@v4
            with:
              node-version: 22${cache === undefined ? '' : `\n              cache: ${cache}`}
          - run: ${install}
          # Ubuntu 24.04 gives the user namespaces of unprivileged programs no capabilities.
          - name: Allow user namespaces
            run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
          - run: ${run} tnet-lab run --reporter terminal --reporter github --reporter html
          - uses: actions/upload-artifact@v4
            if: \${{ !cancelled() }}
            with:
              name: tnet-lab-report
              path: tnet-lab-report/
              if-no-files-found: ignore
  `
}
