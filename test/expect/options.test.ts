import t from 'tap'
import { UsageError } from '../../src/errors.ts'
import { expect } from '../../src/expect/expect.ts'
import { modeOf, patience } from '../../src/expect/mode.ts'
import { isNumberOf, numberDemand, numberText } from '../../src/expect/number-of.ts'
import { checkOptions, milliseconds, oneOf, whole } from '../../src/expect/options.ts'

const demands = { count: whole(1, 10), timeoutMs: milliseconds, type: oneOf('a', 'b') }

const refused: readonly [unknown, code: string, message: string, hint: string][] = [
  [
    { cuont: 1 },
    'TNET_OPTION_UNKNOWN',
    'toTest has no option "cuont"',
    'it has count, timeoutMs, type',
  ],
  [
    { toString: 1 },
    'TNET_OPTION_UNKNOWN',
    'toTest has no option "toString"',
    'it has count, timeoutMs, type',
  ],
  [
    { count: -1 },
    'TNET_OPTION_INVALID',
    'toTest: count cannot be -1',
    'count is a whole number, 1 to 10',
  ],
  [
    { count: '2' },
    'TNET_OPTION_INVALID',
    'toTest: count cannot be "2"',
    'count is a whole number, 1 to 10',
  ],
  [
    { count: 1.5 },
    'TNET_OPTION_INVALID',
    'toTest: count cannot be 1.5',
    'count is a whole number, 1 to 10',
  ],
  [
    { timeoutMs: 0 },
    'TNET_OPTION_INVALID',
    'toTest: timeoutMs cannot be 0',
    'timeoutMs is milliseconds, more than 0 and at most 60000',
  ],
  [
    { timeoutMs: Number.NaN },
    'TNET_OPTION_INVALID',
    'toTest: timeoutMs cannot be NaN',
    'timeoutMs is milliseconds, more than 0 and at most 60000',
  ],
  [{ type: 'c' }, 'TNET_OPTION_INVALID', 'toTest: type cannot be "c"', 'type is one of a, b'],
  [
    null,
    'TNET_OPTION_INVALID',
    'toTest takes an object with options, not null',
    'it has count, timeoutMs, type',
  ],
]

for (const [options, code, message, hint] of refused) {
  t.test(`options ${JSON.stringify(options)} are refused`, async t => {
    t.throws(() => checkOptions('toTest', options as object, demands), { code, message, hint })
  })
}

t.test('options that are left out, or undefined, are fine', async () => {
  checkOptions('toTest', {}, demands)
  checkOptions('toTest', { count: undefined, timeoutMs: 0.5 }, demands)
})

t.test('an expectation needs somebody who acts', async t => {
  const subjects = [undefined, null, 5, 'web', {}, [], Promise.resolve()] as never[]
  for (const subject of subjects) {
    t.throws(() => expect(subject), UsageError)
    t.throws(() => expect(subject), { code: 'TNET_EXPECT_SUBJECT' })
  }
  t.throws(() => expect(Promise.resolve() as never), {
    code: 'TNET_EXPECT_SUBJECT',
    hint: /await it first/,
  })
})

t.test('windows and deadlines are milliseconds', async t => {
  t.match(modeOf(), { windowMs: 300, deadlineMs: 5000, not: false, eventually: false })
  t.throws(() => modeOf({ windowMs: -1 }), { code: 'TNET_OPTION_INVALID' })
  t.throws(() => modeOf({ windowsMs: 1 } as never), { code: 'TNET_OPTION_UNKNOWN' })
})

t.test('an answer that nobody expects is waited for a whole window', async t => {
  const mode = modeOf({ windowMs: 70 })
  t.equal(patience(mode), 1000)
  t.equal(patience({ ...mode, not: true }), 70)
  t.equal(patience({ ...mode, eventually: true }), 300)
  t.equal(patience({ ...mode, not: true }, 20), 20)
})

t.test('how many: exactly, or a range', async t => {
  t.ok(isNumberOf(2, 2))
  t.notOk(isNumberOf(3, 2))
  t.ok(isNumberOf(3, { atLeast: 2 }))
  t.notOk(isNumberOf(1, { atLeast: 2 }))
  t.notOk(isNumberOf(4, { atLeast: 2, atMost: 3 }))
  t.equal(numberText(1, 'packet'), '1 packet')
  t.equal(numberText({ atLeast: 1 }, 'packet'), 'at least 1 packet')
  t.equal(numberText({ atMost: 0 }, 'packet'), 'at most 0 packets')
  t.equal(numberText({ atLeast: 2, atMost: 3 }, 'packet'), '2 to 3 packets')
  for (const wrong of [-1, 1.5, '1', {}, { least: 1 }, { atLeast: -1 }, null]) {
    t.type(numberDemand(wrong), 'string', JSON.stringify(wrong))
  }
})
