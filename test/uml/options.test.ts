/** What `scripts/uml` makes of its own options; a kernel is only started where it has to be. */
import t from 'tap'
import { ended } from '../cli/command-line.ts'
import { boot } from '../user-mode-linux.ts'

t.setTimeout(600_000)

const usage = 'usage: sh scripts/uml [--cpu N] [--keep FOLDER] [--seconds N] [--] [COMMAND…]\n'

for (const [words, reason] of [
  [['--nope'], 'there is no option --nope'],
  [['-n', 'echo'], 'there is no option -n'],
  [['--cpu', '0', '--second', '9', 'echo'], 'there is no option --second'],
  [['--seconds'], '--seconds needs a value'],
] as const) {
  t.test(`${words.join(' ')}: refused, with the way to write it`, async t => {
    const { exitCode, stdout, stderr } = await ended(boot(words))
    t.equal(exitCode, 2)
    t.equal(stderr, `uml: ${reason}\n${usage}`)
    t.equal(stdout, '')
  })
}

t.test('--help says how to write it, and what it does', async t => {
  const { exitCode, stdout, stderr } = await ended(boot(['--help']))
  t.equal(exitCode, 0)
  t.ok(stdout.includes(`\n${usage}`))
  t.match(stdout, /^Runs a command under User-Mode Linux.*What the command writes.*\.\n$/s)
  t.notMatch(stdout, '#')
  t.equal(stderr, '')
})

t.test('options behind the command are the command’s own', async t => {
  const { exitCode, stdout } = await ended(boot(['--', 'echo', '--nope', '--help', "it's"]))
  t.equal(exitCode, 0)
  t.equal(stdout, "--nope --help it's\n")
})
