// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { walked } from './walked.ts'

t.setTimeout(600_000)

const parts = `# First

\`\`\`console
$ ip netns add one
$ ip netns list
one
\`\`\`

## Not yet

\`\`\`console
$ ip netns add other
\`\`\`

# Second, which begins anew

\`\`\`console
$ ip netns add one
$ ip netns list
one
\`\`\`
`

t.test('--until stops after a command, and tells of none that comes after it', async t => {
  const { exitCode, verdicts, stdout, events } = await walked(t, parts, ['--until', '2'])
  t.equal(exitCode, 0)
  t.same(verdicts, ['4 ran', '5 as-shown'])
  t.match(stdout, /5 commands: 2 run, 1 confirmed, 3 not reached/)
  t.notMatch(stdout, /Not yet|Second/)
  const topology = events.findLast(event => event.type === 'topology')
  t.ok(
    topology?.nodes.some(({ label }) => label === 'one'),
    'what was made is still there',
  )
})

t.test('also where machines are fresh', async t => {
  const { verdicts } = await walked(t, parts, ['--until', '4'])
  t.same(verdicts, ['4 ran', '5 as-shown', '12 ran', '18 ran'])
})
