import t from 'tap'
import { CommandError, EnvironmentError } from '../../src/errors.ts'
import { failedLine, restoreFailure } from '../../src/firewall/restore-failure.ts'

const said: readonly [string, string, number | undefined][] = [
  ['a parse error', "Couldn't load match `nosuch'\n\nError occurred at line: 6\nTry `-h'", 6],
  ['a refusal by the kernel', 'iptables-restore: line 2 failed: Chain already exists.', 2],
  ['nftables', 'line 4: RULE_APPEND failed (No such file or directory): rule in chain X', 4],
  ['nothing of a line', 'Fatal: cannot open lock file', undefined],
]
for (const [what, stderr, line] of said) {
  t.test(`the line is found in ${what}`, async t => t.equal(failedLine(stderr), line))
}

const failure = {
  tool: 'iptables-restore',
  where: 'alpha',
  input: '*nat\n-A POSTROUTING -j NOPE\nCOMMIT\n',
  shell: 'iptables -t nat -A POSTROUTING -j NOPE',
  ended: 'exit code 2',
}

t.test('the error quotes what was said, the line that was meant, and the command', async t => {
  const error = restoreFailure({
    ...failure,
    stderr: "Chain 'NOPE' does not exist\nError occurred at line: 2\n",
  })
  t.ok(error instanceof CommandError)
  t.equal(error.code, 'TNET_FIREWALL_REFUSED')
  t.equal(error.message, 'could not change the rules on "alpha"')
  t.same(error.facts, {
    'iptables-restore': "Chain 'NOPE' does not exist\nError occurred at line: 2 (exit code 2)",
    line: '-A POSTROUTING -j NOPE',
    command: 'iptables -t nat -A POSTROUTING -j NOPE',
  })
})

t.test('a missing permission is the machine’s', async t => {
  const stderr = "Fatal: can't open lock file /run/xtables.lock: Permission denied"
  const error = restoreFailure({ ...failure, stderr })
  t.ok(error instanceof EnvironmentError)
  t.equal(error.code, 'TNET_FIREWALL_DENIED')
})
