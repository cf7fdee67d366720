// Once, as an ordinary user: who runs it makes no difference here; test/walkthrough/ runs as both.
import t from 'tap'
import { walked } from './walked.ts'

t.setTimeout(120_000)

const unshared = (inside: number, behind: number) => `\`\`\`console
$ readlink /proc/$$/ns/net
net:[4026531840]
$ sudo unshare --net bash
# readlink /proc/$$/ns/net
net:[${inside}]
# exit
$ sudo ls -l /proc/1/ns/net /proc/self/ns/net
lrwxrwxrwx 1 root root 0 Jan  1 12:00 /proc/1/ns/net -> 'net:[4026531840]'
lrwxrwxrwx 1 root root 0 Jan  1 12:00 /proc/self/ns/net -> 'net:[${behind}]'
\`\`\`
`

t.test('whose namespace one is counts, and which number it has does not', async t => {
  const { exitCode, stdout } = await walked(t, unshared(4026532280, 4026531840))
  t.equal(exitCode, 0, stdout)
  const { verdicts } = await walked(t, unshared(4026531840, 4026532280))
  t.same(verdicts, ['2 as-shown', '4 ran', '5 differs', '7 ran', '8 differs'])
})

t.test('control groups, which no machine of a walk has, are not judged', async t => {
  const { verdicts, stdout } = await walked(
    t,
    `\`\`\`console
# mount -t cgroup2 none /sys/fs/cgroup
# mkdir /sys/fs/cgroup/demo
# echo $$ > /sys/fs/cgroup/demo/cgroup.procs
# cat /proc/self/cgroup
0::/demo
\`\`\`
`,
  )
  t.same(
    verdicts,
    [2, 3, 4, 5].map(line => `${line} cannot-judge`),
    stdout,
  )
})
