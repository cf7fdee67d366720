import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { ExpectationError, UsageError } from '../../src/errors.ts'
import type { Attempt, Check } from '../../src/expect/check.ts'
import type { Mode } from '../../src/expect/mode.ts'
import {
  currentExpectation,
  onExpectation,
  pendingExpectations,
  type ExpectationResult,
} from '../../src/expect/result.ts'
import { settle } from '../../src/expect/settle.ts'
import { poll } from '../../src/poll.ts'

/** So long that a busy machine has time for the looks that are counted. */
const plain: Mode = { not: false, eventually: false, windowMs: 400, deadlineMs: 1000 }
const not = { ...plain, not: true }
const eventually = { ...plain, eventually: true }
const eventuallyNot = { ...plain, not: true, eventually: true }

const yes: Attempt = { ok: true, received: 'yes' }
const no: Attempt = { ok: false, received: 'no' }

/** Finds one attempt after the other, the last of them for ever. */
function checkOf(...attempts: readonly Attempt[]): Check & { looks: number } {
  const check = {
    looks: 0,
    title: 'it is so',
    negated: 'it is not so',
    expected: 'so',
    unexpected: 'not so',
    command: 'look',
    look: async () => attempts[Math.min(check.looks++, attempts.length - 1)] ?? no,
  }
  return check
}

function results(): ExpectationResult[] {
  const all: ExpectationResult[] = []
  onExpectation(result => all.push(result))
  return all
}

async function outcome(mode: Mode, check: Check): Promise<string> {
  try {
    await settle('test', mode, () => check)
    return 'passed'
  } catch (error) {
    return error instanceof ExpectationError ? 'failed' : String(error)
  }
}

const cases: readonly [string, Mode, readonly Attempt[], string, looks: number | undefined][] = [
  ['so at once', plain, [yes], 'passed', 1],
  ['not so at once', plain, [no, yes], 'failed', 1],
  ['not: so at once', not, [yes], 'failed', 1],
  ['not: so later in the window', not, [no, no, yes], 'failed', 3],
  ['not: never so', not, [no], 'passed', undefined],
  ['not: a part of it is so', not, [{ ...no, partly: true }], 'failed', 1],
  ['a part of it is not enough', plain, [{ ...no, partly: true }], 'failed', 1],
  ['eventually so', eventually, [no, no, yes], 'passed', 3],
  ['eventually: never so', eventually, [no], 'failed', undefined],
  ['eventually not: so for a while', eventuallyNot, [yes, no, yes, no], 'passed', undefined],
  ['eventually not: always so', eventuallyNot, [yes], 'failed', undefined],
]

for (const [name, mode, attempts, expected, looks] of cases) {
  t.test(name, async t => {
    const told = results()
    const check = checkOf(...attempts)
    t.equal(await outcome(mode, check), expected)
    if (looks === undefined) t.ok(check.looks > 2, `${check.looks} looks`)
    else t.equal(check.looks, looks)
    t.match(told, [{ status: expected, attempts: check.looks }])
    t.equal(told.length, 1, 'told once')
    t.same(pendingExpectations(), [])
  })
}

t.test('not passes only when a whole window has passed', async t => {
  const [told] = [results()]
  await settle('test', not, () => checkOf(no))
  t.ok((told[0]?.durationMs ?? 0) >= not.windowMs)
})

t.test('not watches the window that comes after its first look', async t => {
  const looks: number[] = []
  const slow = async (): Promise<Attempt> => {
    looks.push(performance.now())
    await setTimeout(10)
    return no
  }
  await settle('test', not, () => ({ ...checkOf(no), look: slow }))
  t.ok((looks.at(-1) ?? 0) - (looks[0] ?? 0) >= 100, 'looked until near its end')
})

t.test('eventually looks once more when the deadline has passed', async t => {
  const start = performance.now()
  let last = 0
  const look = async () => {
    last = performance.now() - start
    return no
  }
  await t.rejects(settle('test', eventually, () => ({ ...checkOf(no), look })))
  t.ok(last >= eventually.deadlineMs - 1, `the last look was at ${last} ms`)
})

t.test('the failure tells what was expected, what came, and every attempt once', async t => {
  const check = checkOf(no, no, { ok: false, received: 'almost\nwith details' })
  const error = await settle('test', eventually, () => ({
    ...check,
    explain: async () => ({ facts: { why: 'it is broken' }, hint: 'mend it' }),
  })).catch((thrown: unknown) => thrown)
  if (!(error instanceof ExpectationError)) return t.fail(String(error))
  const { attempts, ...facts } = error.facts
  t.equal(error.message, 'expected that it is so within 1000 ms')
  t.same(facts, {
    expected: 'so',
    received: 'almost\nwith details',
    why: 'it is broken',
    command: 'look',
  })
  t.same(Object.keys(error.facts), ['expected', 'received', 'attempts', 'why', 'command'])
  t.match(attempts, /^2 × no \(from 0 to \d+ ms\)\n\d+ × almost \(from \d+ to \d+ ms\)$/)
  t.equal(error.hint, 'mend it')
})

t.test('a diagnosis that fails hides nothing', async t => {
  const explain = async () => {
    throw new Error('the diagnosis broke')
  }
  await t.rejects(
    settle('test', plain, () => ({ ...checkOf(no), explain })),
    { message: 'expected that it is so', facts: { received: 'no' } },
  )
})

t.test('under not nobody asks why it is so', async t => {
  const explain = async () => ({ facts: { why: 'it is broken' } })
  const check = { ...checkOf(yes), explain }
  const error = await settle('test', not, () => check).catch((thrown: unknown) => thrown)
  if (!(error instanceof ExpectationError)) return t.fail(String(error))
  t.same(error.facts, { expected: 'not so for 400 ms', received: 'yes', command: 'look' })
})

t.test('a look that throws is a failure that is told once', async t => {
  const told = results()
  const look = async (): Promise<Attempt> => {
    throw new Error('no such tool')
  }
  await t.rejects(
    settle('test', plain, () => ({ ...checkOf(no), look })),
    { message: 'no such tool' },
  )
  t.match(told, [{ title: 'it is so', status: 'failed', attempts: 0 }])
  t.same(pendingExpectations(), [])
})

t.test('a look that says nothing passes neither as so nor as not so', async t => {
  const unusable = new UsageError('no such name', { code: 'TNET_TEST', hint: '' })
  const useless = { ok: false, received: 'no such name', unusable }
  for (const mode of [plain, not, eventually, eventuallyNot]) {
    const told = results()
    await t.rejects(
      settle('test', mode, () => checkOf(useless)),
      unusable,
    )
    t.match(told, [{ status: 'failed' }])
  }
  t.equal(await outcome(eventually, checkOf(useless, useless, yes)), 'passed')
  t.equal(await outcome(eventuallyNot, checkOf(useless, no)), 'passed')
})

t.test("what cannot be checked is the script's mistake, not a result", async t => {
  const told = results()
  const mistake = new UsageError('no such option', { code: 'TNET_TEST', hint: '' })
  await t.rejects(
    settle('test', plain, () => {
      throw mistake
    }),
    mistake,
  )
  t.same(told, [])
  t.same(pendingExpectations(), [])
})

t.test('while it runs, others can ask what is expected', async t => {
  results()
  const { promise, resolve } = waiting()
  const check = checkOf(no)
  const look = async () => {
    if (++check.looks === 2) await promise
    return check.looks === 2 ? yes : no
  }
  const running = settle('expect(web).toPing', eventually, async () => ({ ...check, look }))
  t.equal(currentExpectation()?.title, 'expect(web).toPing')
  await poll(() => (check.looks === 2 ? true : undefined))
  t.match(currentExpectation(), { title: 'it is so within 1000 ms', attempts: 1, received: 'no' })
  t.equal(pendingExpectations().length, 1)
  resolve()
  await running
  t.equal(currentExpectation(), undefined)
})

t.test('what an earlier scenario left pending is told to nobody', async t => {
  const before = results()
  const { promise, resolve } = waiting()
  const running = settle('test', plain, async () => {
    await promise
    return checkOf(yes)
  })
  const after = results()
  t.same(pendingExpectations(), [])
  resolve()
  await running
  t.same([before, after], [[], []])
})

function waiting(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(go => (resolve = go))
  return { promise, resolve }
}
