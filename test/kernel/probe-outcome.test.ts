import os from 'node:os'
import t from 'tap'
import { icmpFailure, localFailure } from '../../src/kernel/probe-outcome.ts'

const cases = [
  [2, 3, 0, 'unreachable: net'],
  [2, 3, 1, 'unreachable: host'],
  [2, 3, 3, 'unreachable: port'],
  [2, 3, 4, 'too big'],
  [2, 3, 10, 'unreachable: admin'],
  [2, 3, 13, 'unreachable: admin'],
  [2, 11, 0, 'ttl exceeded'],
  [2, 11, 1, undefined],
  [2, 5, 1, undefined],
  [2, 3, 99, undefined],
  [10, 1, 0, 'unreachable: net'],
  [10, 1, 1, 'unreachable: admin'],
  [10, 1, 3, 'unreachable: host'],
  [10, 1, 4, 'unreachable: port'],
  [10, 2, 0, 'too big'],
  [10, 3, 0, 'ttl exceeded'],
] as const

for (const [family, type, code, outcome] of cases) {
  t.test(`ICMP${family === 10 ? 'v6' : ''} ${type}/${code} means ${outcome}`, async t => {
    t.equal(icmpFailure(family, type, code), outcome)
  })
}

for (const [errno, outcome] of [
  ['ENETUNREACH', 'no route'],
  ['EINVAL', 'no route'],
  ['EHOSTUNREACH', 'unreachable: host'],
  ['EACCES', 'unreachable: admin'],
  ['EMSGSIZE', 'too big'],
  ['EPERM', 'timed out'],
] as const) {
  t.test(`${errno} from the own kernel means ${outcome}`, async t => {
    t.strictSame(localFailure(os.constants.errno[errno]), { outcome, errno })
  })
}
