import vm from 'node:vm'
import t from 'tap'
import { scenario } from '../../src/scenario/define.ts'
import type { DefineScenario, FixturesOf } from '../../src/scenario/define.ts'
import { stopper, tell } from './telling.ts'

/** Fixtures that write down what becomes of them; `needs` are what each takes. */
function logging<Name extends string>(log: string[], needs: Record<Name, string>) {
  const make = (name: string, taken: string) => {
    const code = `log => async ({ ${taken} }, use) => {
      log.push('up ${name}')
      await use('${name}')
      log.push('down ${name}')
    }`
    return (vm.runInThisContext(`(${code})`) as (log: string[]) => unknown)(log)
  }
  const all = Object.entries<string>(needs).map(([name, taken]) => [name, make(name, taken)])
  type Made = Record<Name, string>
  return scenario.extend<Made>(Object.fromEntries(all) as FixturesOf<Made, object>)
}

t.test(
  'what a script names is made first, after what that names, and ended in reverse',
  async t => {
    const log: string[] = []
    const withAll = logging(log, { top: 'left, right', left: 'base', right: 'base', base: 'lab' })
    const one = withAll('one', ({ top }) => void log.push(`body ${top}`))
    t.equal((await tell(one)).thrown, undefined)
    const up = ['up base', 'up left', 'up right', 'up top']
    const down = ['down top', 'down right', 'down left', 'down base']
    t.strictSame(log, [...up, 'body top', ...down])
  },
)

t.test('what nobody names is not made', async t => {
  const log: string[] = []
  const withAll = logging(log, { used: '', unused: '' })
  await tell(withAll('one', ({ used }) => void used))
  t.strictSame(log, ['up used', 'down used'])
})

t.test('a script that takes its context whole gets all fixtures', async t => {
  const log: string[] = []
  const withAll = logging(log, { a: '', b: '' })
  await tell(withAll('one', context => void log.push(`${context['a']}${context['b']}`)))
  t.strictSame(log, ['up a', 'up b', 'ab', 'down b', 'down a'])
})

t.test('so does a fixture, but for itself', async t => {
  const log: string[] = []
  const first = logging(log, { a: '', b: '' })
  const withAll = first.extend<{ whole: string }>({
    whole: async (context, use) => use(`${context.a}${context.b}`),
  })
  await tell(withAll('one', ({ whole }) => void log.push(whole)))
  t.strictSame(log, ['up a', 'up b', 'ab', 'down b', 'down a'])
})

t.test('rows of a table have fixtures too, by what the body of the table names', async t => {
  const log: string[] = []
  const withAll = logging(log, { a: '', b: '' })
  const [one] = withAll.each([[1, 'x'] as const])('%s', ({ a }, [n, x]) => void log.push(a + n + x))
  if (one !== undefined) await tell(one)
  t.strictSame(log, ['up a', 'a1x', 'down a'])
})

t.test('a body that fails has its fixtures taken down, and fails as it did', async t => {
  const log: string[] = []
  const withAll = logging(log, { a: '', b: 'a' })
  const failing = withAll('one', ({ b }) => {
    throw new Error(`no ${b}`)
  })
  const { thrown } = await tell(failing)
  t.match(thrown, { message: 'no b' })
  t.strictSame(log, ['up a', 'up b', 'down b', 'down a'])
})

t.test(
  'a fixture that fails to be made ends the story; those before it are taken down',
  async t => {
    const log: string[] = []
    const withAll = logging(log, { a: '' }).extend<{ broken: string }>({
      broken: async ({ a }) => {
        await Promise.reject(new Error(`broken after ${a}`))
      },
    })
    const { thrown } = await tell(withAll('one', ({ broken }) => void log.push(broken)))
    t.match(thrown, { message: 'broken after a' })
    t.strictSame(log, ['up a', 'down a'])
  },
)

t.test('a take-down that fails fails the story, and the others are taken down', async t => {
  const log: string[] = []
  const withAll = logging(log, { a: '' }).extend<{ sticky: string }>({
    sticky: async ({ a }, use) => {
      await use(`sticky ${a}`)
      throw new Error('it sticks')
    },
  })
  const { thrown } = await tell(withAll('one', ({ sticky }) => void log.push(sticky)))
  t.match(thrown, { message: 'it sticks' })
  t.strictSame(log, ['up a', 'sticky a', 'down a'])
})

t.test('what failed first is what it failed of; the rest is noted', async t => {
  const withSticky = scenario.extend<{ a: number; b: number }>({
    a: async (_, use) => {
      await use(1)
      throw new Error('a sticks')
    },
    b: async ({ a }, use) => {
      await use(a)
      throw Object.create(null)
    },
  })
  const failing = withSticky('one', ({ b }) => {
    throw new Error(`body ${b}`)
  })
  const { thrown, heard } = await tell(failing)
  t.match(thrown, { message: 'body 1' })
  t.strictSame(heard, [
    'note failed as well: [Object: null prototype] {}',
    'note failed as well: a sticks',
  ])
})

t.test(
  'whoever looks before the take-down finds all that was made, and why the body failed',
  async t => {
    const log: string[] = []
    const withAll = logging(log, { a: '' })
    const failing = withAll('one', ({ a }) => {
      throw new Error(a)
    })
    await tell(failing, {
      beforeTakeDown: async failure => void log.push(`look ${String(failure?.thrown)}`),
    })
    t.strictSame(log, ['up a', 'look Error: a', 'down a'])
  },
)

t.test('a story that is stopped has its fixtures taken down', async t => {
  const log: string[] = []
  const { stopped, stop } = stopper()
  const withAll = logging(log, { a: '', b: 'a' })
  const hanging = withAll('one', ({ b }) => {
    stop(new Error(`stopped in ${b}`))
    return new Promise(() => {})
  })
  const { thrown } = await tell(hanging, { stopped })
  t.match(thrown, { message: 'stopped in b' })
  t.strictSame(log, ['up a', 'up b', 'down b', 'down a'])
})

t.test(
  'a fixture that is being made when the story is stopped is left; the others are not',
  async t => {
    const log: string[] = []
    const { stopped, stop } = stopper()
    const withAll = logging(log, { a: '' }).extend<{ slow: string }>({
      slow: ({ a }) => {
        stop(new Error(`stopped after ${a}`))
        return new Promise(() => {})
      },
    })
    const { thrown } = await tell(
      withAll('one', ({ slow }) => void log.push(slow)),
      { stopped },
    )
    t.match(thrown, { message: 'stopped after a' })
    t.strictSame(log, ['up a', 'down a'])
  },
)

t.test(
  'a take-down that never ends keeps nobody from ending, once the story is stopped',
  async t => {
    const log: string[] = []
    const { stopped, stop } = stopper()
    const withAll = logging(log, { a: '' }).extend<{ stuck: string }>({
      stuck: async ({ a }, use) => {
        await use(a)
        stop(new Error('time is up'))
        await new Promise(() => {})
      },
    })
    const { thrown, heard } = await tell(
      withAll('one', ({ stuck }) => void stuck),
      { stopped },
    )
    t.match(thrown, { message: 'time is up' })
    t.strictSame(heard, ['note fixture "stuck" was not taken down in time'])
    t.strictSame(log, ['up a', 'down a'])
  },
)

t.test(
  'a fixture of the same name takes the place of the earlier one, and may name it',
  async t => {
    const log: string[] = []
    const first = logging(log, { a: '', b: 'a' })
    const withBoth = first.extend<{ a: string }>({
      a: async ({ a }, use) => {
        log.push(`up over ${a}`)
        await use(`over ${a}`)
        log.push('down over')
      },
    })
    await tell(withBoth('one', ({ a, b }) => void log.push(`${a}, ${b}`)))
    const expected = ['up a', 'up over a', 'up b', 'over a, b', 'down b', 'down over', 'down a']
    t.strictSame(log, expected)
    log.length = 0
    await tell(first('two', ({ a }) => void log.push(a)))
    t.strictSame(log, ['up a', 'a', 'down a'], 'what was extended is as it was')
  },
)

const misuses: {
  what: string
  code: string
  facts?: object
  make: (log: string[]) => DefineScenario
}[] = [
  {
    what: 'needs itself',
    code: 'TNET_FIXTURE_CYCLE',
    facts: { way: 'a → a' },
    make: log => logging(log, { a: 'a' }),
  },
  {
    what: 'needs itself by way of others',
    code: 'TNET_FIXTURE_CYCLE',
    facts: { way: 'a → b → c → a' },
    make: log => logging(log, { top: 'a', a: 'b', b: 'c', c: 'a' }),
  },
  {
    what: 'needs what takes its place',
    code: 'TNET_FIXTURE_CYCLE',
    facts: { way: 'a → b → a' },
    make: log =>
      logging(log, { a: 'b', b: 'a' }).extend<{ a: string }>({
        a: async ({ a }, use) => use(a),
      }),
  },
  {
    what: 'never hands anything out',
    code: 'TNET_FIXTURE_UNUSED',
    make: () => scenario.extend<{ a: string }>({ a: async () => {} }),
  },
  {
    what: 'hands out twice',
    code: 'TNET_FIXTURE_TWICE',
    make: () =>
      scenario.extend<{ a: string }>({
        a: async (_, use) => {
          await use('once')
          await use('twice')
        },
      }),
  },
  {
    what: 'does not await its use',
    code: 'TNET_FIXTURE_UNAWAITED',
    make: () => scenario.extend<{ a: string }>({ a: (_, use) => void use('soon over') }),
  },
]

for (const { what, code, facts = {}, make } of misuses) {
  t.test(`a fixture that ${what} is ${code}`, async t => {
    const { thrown } = await tell(make([])('one', context => void context))
    t.match(thrown, { name: 'UsageError', code, facts })
  })
}

t.test('a fixture cannot be called as what every script has, or be no function', t => {
  const wrong = { lab: async () => {} } as never
  t.throws(() => scenario.extend<{ lab: string }>(wrong), {
    code: 'TNET_SCENARIO_INVALID',
    message: /"lab"/,
  })
  t.throws(() => scenario.extend<{ pair: string }>({ pair: 'x' } as never), {
    code: 'TNET_SCENARIO_INVALID',
    message: /"pair" is no function/,
  })
  t.end()
})
