// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, scenarioFile, type Ran } from '../runner/project.ts'

t.setTimeout(600_000)

const drawing = (name: string) =>
  scenarioFile(name, 'note([random(), random(), Math.random(), random()].join())')

const several = {
  'a.ts': drawing('a'),
  'b.ts': drawing('b'),
  'c.ts': file("export default scenario.each([...'12345'])('c%s', () => {})"),
}

const drawn = ({ events, starts }: Ran) =>
  events
    .flatMap(event => {
      const name = starts.find(({ id }) => 'id' in event && event.id === id)?.name
      return event.type === 'note' ? `${name}: ${event.text}` : []
    })
    .sort()

t.test('the same seed draws the same again, for each scenario its own', async t => {
  const project = new Project(t, several)
  const first = await project.run(['.', '--seed', '7', '--jobs', '1'])
  const again = await project.run(['.', '--seed', '7', '--jobs', '2'])
  const other = await project.run(['.', '--seed', '8', '--jobs', '1'])
  t.equal(first.start?.seed, 7)
  t.equal(drawn(first).length, 2)
  t.strictSame(drawn(again), drawn(first))
  t.notSame(drawn(other), drawn(first))
  const [a = '', b = ''] = drawn(first).map(line => line.slice(3))
  t.not(a, b)
  const numbers = a.split(',').map(Number)
  t.equal(new Set(numbers).size, 4)
  t.ok(numbers.every(n => n >= 0 && n < 1))
})

t.test('the other scenarios, and the rest of the file, change nothing of it', async t => {
  const project = new Project(t, several)
  const whole = await project.run(['.', '--seed', '7'])
  const alone = await project.run(['a.ts', '--seed', '7', '--isolate'])
  t.strictSame(drawn(alone), drawn(whole).slice(0, 1))
})

t.test('a retry draws the same, and a repetition something else', async t => {
  const project = new Project(t, {
    'a.ts': drawing('a').replace(/\}\)\n$/, "throw new Error('no')\n})\n"),
  })
  const retried = drawn(await project.run(['a.ts', '--seed', '7', '--retries', '1']))
  t.equal(retried.length, 2)
  t.equal(retried[0], retried[1])
  const repeated = drawn(await project.run(['a.ts', '--seed', '7', '--repeat', '2']))
  t.equal(repeated.length, 2)
  t.not(repeated[0], repeated[1])
})

t.test('without a seed each run has its own, which one that fails names', async t => {
  const project = new Project(t, several)
  const [first, second] = [await project.run(['a.ts']), await project.run(['a.ts'])]
  t.not(first.start?.seed, second.start?.seed)
  t.notSame(drawn(first), drawn(second))
  project.write({ 'a.ts': scenarioFile('a', "throw new Error('no')") })
  const failed = await project.run(['a.ts'])
  t.match(failed.stdout, `seed ${failed.start?.seed}\n`)
})

t.test('--shuffle has an order of its own for each seed, the same for the same', async t => {
  const project = new Project(t, several)
  const order = async (...args: string[]) =>
    (await project.run(['.', '--jobs', '1', ...args])).outcomes.join(' ')
  const plain = await order()
  const shuffled = await order('--shuffle', '--seed', '3')
  t.equal(shuffled.split(' ').sort().join(' '), plain.split(' ').sort().join(' '))
  t.not(shuffled, plain)
  t.equal(await order('--shuffle', '--seed', '3'), shuffled)
  t.not(await order('--shuffle', '--seed', '4'), shuffled)
})

t.test('--shuffle shuffles what one file holds', async t => {
  const project = new Project(t, several)
  const { outcomes } = await project.run(['c.ts', '--shuffle', '--seed', '1'])
  t.equal(outcomes.length, 5)
  t.notSame(outcomes, [...outcomes].sort())
})

const wrong: { args: string[]; says: RegExp }[] = [
  { args: ['--seed', 'x'], says: /--seed takes a number/ },
  { args: ['--seed', '-1'], says: /seed/ },
  { args: ['--seed', '1.5'], says: /whole number/ },
  { args: ['--jobs', '0'], says: /--jobs takes a number from 1/ },
  { args: ['--jobs', '1.5'], says: /--jobs takes a whole number/ },
  { args: ['--retries', 'many'], says: /--retries takes a number from 0/ },
  { args: ['--repeat', '0'], says: /--repeat takes a number from 1/ },
  { args: ['--bail=0'], says: /--bail takes a number from 1/ },
  { args: ['--memory', '8'], says: /--memory takes a number from 64/ },
  { args: ['--slow', '0'], says: /--slow takes a number from 0\.1/ },
  { args: ['--timeout', '0'], says: /--timeout takes seconds/ },
  { args: ['--step-timeout', ''], says: /--step-timeout takes seconds/ },
  { args: ['--shard', '0/2'], says: /--shard takes a part/ },
  { args: ['--shard', '3/2'], says: /--shard takes a part/ },
  { args: ['--shard', '1'], says: /--shard takes a part/ },
  { args: ['--config'], says: /--config/ },
]

for (const { args, says } of wrong) {
  t.test(`${args.join(' ')} is misuse, and says what it takes`, async t => {
    const { exitCode, stderr, events } = await new Project(t, several).run(['a.ts', ...args])
    t.equal(exitCode, 2)
    t.match(stderr, /^UsageError TNET_ARGUMENT_INVALID: /)
    t.match(stderr, says)
    t.strictSame(events, [])
  })
}
