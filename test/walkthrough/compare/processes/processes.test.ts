import t from 'tap'
import { compare } from '../../../../src/walkthrough/compare/compare.ts'

const compared = (text: string, shown: string, seen: string) => {
  const lines = shown.trim().split('\n')
  return compare(text, { shown: lines, seen, exitCode: 0, isStrict: false })
}

const lsns = `
        NS TYPE NPROCS   PID USER    NETNSID NSFS                COMMAND
4026531840 net     112     1 root unassigned                     /sbin/init
4026532281 net       1  8812 root          0 /run/netns/c1       sleep infinity
4026532300 net       2  8850 user unassigned                     /usr/sbin/dnsmasq -C x`
const seenByLsns = `        NS TYPE NPROCS PID USER    NETNSID NSFS COMMAND
4026532256 net       4   1 root unassigned      bash --norc --noprofile
4026532469 net       1  13 root unassigned      sleep infinity
4026532470 net       1  14 root unassigned      dnsmasq -C x
`

t.test('lsns lists processes: their numbers and users are no result', async t => {
  const { differences, explained } = compared('lsns -t net', lsns, seenByLsns)
  t.same(differences, [])
  t.match(explained, [{ what: 'process 1', shown: 'init' }])
})

t.test('that one runs is a result', async t => {
  const without = seenByLsns.replace(/^.*sleep.*\n/m, '')
  t.same(compared('sudo lsns -t net', lsns, without).differences, [
    { what: 'process 8812', shown: 'sleep infinity' },
  ])
})

t.test('so is the type of its namespace', async t => {
  const { differences } = compared('lsns', lsns, seenByLsns.replace(/net(.*sleep)/, 'uts$1'))
  t.match(differences, [{ what: 'process 8812' }])
})

const ps = `
USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
ubuntu      2543  0.0  0.1   5380   580 pts/0    S    12:00   0:00 sleep 1000
root        2600  0.0  0.1   9380   580 ?        Ss   12:00   0:00 [kworker/0:1]
root        2601  0.0  0.1   9380   580 ?        Ss   12:00   0:00 sudo sleep 1000`
const seenByPs = `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.0   4332  3328 ?        Ss   10:00   0:00 bash --norc --noprofile
root          17  0.0  0.0   5480  1792 ?        S    10:00   0:00 sleep 1000
root          20  0.0  0.0   8100  4096 ?        R    10:00   0:00 ps aux
`

t.test('ps lists processes: what an author’s machine runs is told, and no result', async t => {
  const { differences, explained } = compared('ps aux', ps, seenByPs)
  t.same(differences, [])
  t.same(
    explained.map(({ shown }) => shown),
    ['[kworker/0:1]', 'sudo sleep 1000'],
  )
  t.match(compared('ps aux', ps, seenByPs.replace('sleep 1000', 'sleep 2000')).differences, [
    { what: 'process 2543', shown: 'sleep 1000' },
  ])
})

t.test('lines that are picked out of a listing have no heading', async t => {
  const line = 'root      2543     1  0 12:00 pts/0    00:00:00 /usr/bin/python3 -m http.server'
  const seen = 'root        17     1  0 10:00 ?        00:00:00 python3 -m http.server'
  t.same(compared('ps -ef | grep python', line, seen).differences, [])
  const more = `${line}\nroot      2600   900  0 12:00 pts/0    00:00:00 grep python`
  t.same(
    compared('ps -ef | grep python', more, `${seen}\nroot 19 8 0 10:00 ? 00:00:00 grep python`)
      .differences,
    [],
  )
  t.not(
    compared('ps -ef | grep python', line, seen.replace('python3', 'python2')).differences.length,
    0,
  )
})

t.test('columns that somebody names are read by their heading', async t => {
  const shown = '    PID      NETNS CMD\n   2543 4026532281 sleep 1000'
  t.same(
    compared('ps -o pid,netns,cmd', shown, '    PID      NETNS CMD\n     17 4026532999 sleep 1000')
      .differences,
    [],
  )
  t.same(
    compared('ps -eo pid,netns,cmd', shown, '    PID      NETNS CMD\n     17 4026532999 sleep 10')
      .differences,
    [{ what: 'process 2543', shown: 'sleep 1000' }],
  )
})

t.test('where a link leads to may be quoted', async t => {
  const line = (to: string) => `lrwxrwxrwx 1 root root 0 Jan  1 12:00 net -> ${to}`
  t.same(
    compared('ls -l /proc/self/ns/net', line("'net:[4026532577]'"), line('net:[4026532184]'))
      .differences,
    [],
  )
  t.not(compared('ls -l a', line("'b'"), line('c')).differences.length, 0)
})

t.test(
  'the first process of a namespace is none of the author’s machine, but for its init',
  async t => {
    const of = (command: string) =>
      `    PID TTY          TIME CMD\n      1 pts/0    00:00:00 ${command}\n`
    t.match(compared('ps', of('nginx'), of('bash')).differences, [{ shown: 'nginx' }])
    t.same(compared('ps', of('systemd'), of('bash')).differences, [])
  },
)
