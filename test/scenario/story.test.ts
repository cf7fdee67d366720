import { once, EventEmitter } from 'node:events'
import t from 'tap'
import { begin as beginExpectation, abandon } from '../../src/expect/result.ts'
import { scenario } from '../../src/scenario/define.ts'
import type { ScenarioContext } from '../../src/scenario/scenario.ts'
import { Skipped } from '../../src/scenario/skipped.ts'
import { begin, stopper, tell } from './telling.ts'

const never = () => new Promise<never>(() => {})

t.test(
  'steps are told with their names from the outermost, and hand out what they return',
  async t => {
    const { heard, thrown } = await tell(
      scenario('one', async ({ step }) => {
        const sum = await step('outer', async () => 1 + (await step('inner', () => 2)))
        await step(`sum ${sum}`, () => {})
      }),
    )
    t.equal(thrown, undefined)
    t.strictSame(heard, [
      'begins 1 outer',
      'begins 2 outer > inner',
      'passed 2 outer > inner',
      'passed 1 outer',
      'begins 3 sum 3',
      'passed 3 sum 3',
    ])
  },
)

t.test('steps at the same time keep their own path', async t => {
  const gate = new EventEmitter()
  const { heard } = await tell(
    scenario('one', async ({ step }) => {
      const part = (name: string) =>
        step(name, async () => {
          await once(gate, 'open')
          await step(`in ${name}`, () => {})
        })
      const parts = [part('left'), part('right')]
      gate.emit('open')
      await Promise.all(parts)
    }),
  )
  const begun = heard.filter(line => line.startsWith('begins')).map(line => line.slice(9))
  t.strictSame(begun, ['left', 'right', 'left > in left', 'right > in right'])
})

t.test('a step that fails fails those around it, and the story', async t => {
  const { heard, thrown } = await tell(
    scenario('one', ({ step }) =>
      step('outer', () =>
        step('inner', () => {
          throw new Error('no')
        }),
      ),
    ),
  )
  t.match(thrown, { message: 'no' })
  t.strictSame(heard.slice(2), ['failed 2 outer > inner', 'failed 1 outer'])
})

t.test('skip ends the story, and fails none of the steps around it', async t => {
  const { heard, thrown } = await tell(
    scenario('one', ({ step, skip }) => step('outer', () => skip('not today'))),
  )
  t.type(thrown, Skipped)
  t.match(thrown, { reason: 'not today' })
  t.strictSame(heard, ['begins 1 outer', 'passed 1 outer'])
})

t.test('a step that is late fails, and says where the story is', async t => {
  const { thrown, heard } = await tell(
    scenario('one', ({ step }) => step('outer', () => step('inner', never), { timeoutMs: 5 })),
  )
  t.match(thrown, {
    name: 'DeadlineError',
    code: 'TNET_STEP_TIMEOUT',
    message: 'step "outer" was not over after 5 ms',
    facts: { step: 'outer > inner' },
  })
  t.strictSame(heard.slice(2), ['failed 2 outer > inner', 'failed 1 outer'])
})

t.test('a step may say itself how long it may take', async t => {
  const { thrown } = await tell(
    scenario('one', async ({ step }) => {
      const gate = new EventEmitter()
      setTimeout(() => gate.emit('open'), 20)
      await step('patient', () => once(gate, 'open'), { timeoutMs: 86_400_000 })
      await step('hasty', never)
    }),
    {},
    { stepTimeoutMs: 5 },
  )
  t.match(thrown, { message: 'step "hasty" was not over after 5 ms' })
})

const wrong: { what: string; use: (step: never) => unknown }[] = [
  { what: 'no function', use: (step: ScenarioContext['step']) => step('x', undefined as never) },
  { what: 'no name', use: (step: ScenarioContext['step']) => step((() => {}) as never, () => {}) },
  {
    what: 'an unknown option',
    use: (step: ScenarioContext['step']) => step('x', () => {}, { timeout: 5 } as never),
  },
  {
    what: 'a time-out that is none',
    use: (step: ScenarioContext['step']) => step('x', () => {}, { timeoutMs: NaN }),
  },
]

for (const { what, use } of wrong) {
  t.test(`a step with ${what} is a mistake, and does not begin`, async t => {
    const { thrown, heard } = await tell(
      scenario('one', async ({ step }) => {
        await use(step as never)
      }),
    )
    t.match(thrown, { name: 'UsageError', code: 'TNET_STEP_INVALID' })
    t.strictSame(heard, [])
  })
}

t.test('a step that nobody awaits is a mistake that names it', async t => {
  const { thrown, heard } = await tell(
    scenario('one', ({ step }) => {
      void step('outer', () => step('inner', never))
    }),
  )
  t.match(thrown, { code: 'TNET_STEP_UNAWAITED', message: 'nobody awaits the step "outer"' })
  t.strictSame(heard.slice(2), ['failed 2 outer > inner', 'failed 1 outer'])
})

t.test('an expectation that nobody awaits is a mistake that names it', async t => {
  const { thrown } = await tell(
    scenario('one', () => {
      const left = beginExpectation('web pings db')
      t.teardown(() => abandon(left))
    }),
  )
  t.match(thrown, {
    code: 'TNET_EXPECTATION_UNAWAITED',
    message: 'nobody awaits that web pings db',
  })
})

t.test('nothing is told of a story that is over, whatever its script still does', async t => {
  const { stopped, stop } = stopper()
  const gate = new EventEmitter()
  const isOver = new EventEmitter()
  const { told, heard } = begin(
    scenario('one', async ({ step, note }) => {
      await once(gate, 'open')
      note('late')
      isOver.emit('reached')
      await step('late', () => {})
      note('later')
    }),
    { stopped },
  )
  stop(new Error('enough'))
  t.match((await told).thrown, { message: 'enough' })
  const reached = once(isOver, 'reached')
  gate.emit('open')
  await reached
  t.strictSame(heard, [])
})

t.test('it says where its time went, and what it is at', async t => {
  const { stopped, stop } = stopper()
  const withSlow = scenario.extend<{ made: string }>({ made: (_, use) => use('made') })
  const { told, story } = begin(
    withSlow('one', async ({ step, made }) => {
      await step(`with ${made}`, () => {})
      await step('outer', () => step('inner', never))
    }),
    { stopped },
  )
  await new Promise(setImmediate)
  t.strictSame(story.steps.whereabouts(), { step: 'outer > inner' })
  const spent = story.steps.spent().map(line => line.replace(/^\d+\.\d s in /, ''))
  t.strictSame(spent.sort(), ['setting up fixture "made"', 'step "outer"', 'step "with made"'])
  stop(new Error('enough'))
  await told
})

t.test('what it is at is named also when that is no step', async t => {
  const { stopped, stop } = stopper()
  const withStuck = scenario.extend<{ stuck: string }>({ stuck: never })
  const { told, story } = begin(
    withStuck('one', ({ stuck }) => void stuck),
    { stopped },
  )
  await new Promise(setImmediate)
  t.strictSame(story.steps.whereabouts(), { while: 'setting up fixture "stuck"' })
  stop(new Error('enough'))
  await told
})
