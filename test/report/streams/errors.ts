import type { ErrorReport } from '../../../src/errors.ts'

/** `expect(web).toPing(db)` did not happen. */
export const noPing: ErrorReport = {
  name: 'ExpectationError',
  code: 'TNET_EXPECTATION',
  message: 'expected that web pings db (10.0.1.130)',
  facts: {
    expected: 'an echo reply',
    received: 'no echo reply within 1000 ms',
    why: 'alpha drops it: policy of FORWARD: -P DROP',
    command: 'ip netns exec web ping -n -c 1 -W 1 10.0.1.130',
    diagnostics: 'reports/diagnostics/two-hosts',
  },
  hint: 'let it pass with a rule: ip netns exec alpha iptables -A FORWARD -i blue -j ACCEPT',
  at: 'scenarios/two-hosts.ts:22',
  stack:
    'ExpectationError: expected that web pings db (10.0.1.130)\n' +
    '    at failureOf (/opt/tnet-lab/dist/lab.cjs:100:10)\n' +
    '    at /srv/scenarios/two-hosts.ts:22:5',
}

/** The script itself is wrong. */
export const threw: ErrorReport = {
  name: 'TypeError',
  code: 'TNET_SCENARIO_THREW',
  message: "Cannot read properties of undefined (reading 'address')",
  facts: {},
  hint: 'the scenario itself threw this',
  at: 'scenarios/shop.ts:31',
  stack:
    "TypeError: Cannot read properties of undefined (reading 'address')\n" +
    '    at /srv/scenarios/shop.ts:31:24\n' +
    '    at async script (/srv/scenarios/shop.ts:12:3)',
}

export const tookTooLong: ErrorReport = {
  name: 'DeadlineError',
  code: 'TNET_SCENARIO_TIMEOUT',
  message: 'the scenario was not over after 30000 ms',
  facts: { phase: 'script: 29.2 s of 30.0 s', step: 'the far end answers' },
  hint: 'raise it with --timeout, or timeoutMs of the scenario',
  at: 'scenarios/slow.ts:14',
}

/** From the outside: the script never let go of the thread. */
export const stuck: ErrorReport = {
  name: 'DeadlineError',
  code: 'TNET_SCENARIO_STUCK',
  message: 'the scenario was not over after 30000 ms',
  facts: {},
  hint: 'it never let go of the thread: look for a loop without an await',
}

export const killed: ErrorReport = {
  name: 'CommandError',
  code: 'TNET_SCENARIO_KILLED',
  message: "the scenario's process was ended by SIGSEGV",
  facts: { printed: 'Segmentation fault\ncore dumped' },
  hint: 'it crashed, ran out of memory, or somebody ended it',
}

export const denied: ErrorReport = {
  name: 'EnvironmentError',
  code: 'TNET_SANDBOX_DENIED',
  message: 'could not make a sandbox',
  facts: { kernel: 'unshare: EPERM (Operation not permitted)' },
  hint: 'run it with sudo, or allow user namespaces; "tnet-lab doctor" says what is in the way',
}

export const stopped: ErrorReport = {
  name: 'CommandError',
  code: 'TNET_SCENARIO_STOPPED',
  message: 'the scenario was stopped by SIGINT',
  facts: {},
  hint: 'run it again with --last-failed',
}
