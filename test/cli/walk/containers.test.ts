// Once, as an ordinary user: who runs it makes no difference here; test/walkthrough/ runs as both.
import t from 'tap'
import { walked } from './walked.ts'

t.setTimeout(600_000)

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

t.test(
  'a shell in another root prints what it prints, and leaves nothing of ours there',
  async t => {
    const { exitCode, stdout, verdicts } = await walked(
      t,
      `\`\`\`console
# mkdir -p /tmp/rootfs/bin
# cp /bin/bash /tmp/rootfs/bin
# ldd /bin/bash | grep -o '/lib[^ ]*' | xargs -I{} cp --parents {} /tmp/rootfs
# chroot /tmp/rootfs /bin/bash
bash-5.1# pwd
/
bash-5.1# ls
bash: ls: command not found
bash-5.1# exec bash
bash-5.1# echo [b]*
bin
bash-5.1# exit
# ls /tmp
rootfs
# ls -A /tmp/rootfs | grep tnet
# rm -r /tmp/rootfs
# ls /tmp
\`\`\`
`,
    )
    t.equal(exitCode, 0, stdout)
    t.same(
      verdicts.filter(verdict => verdict.endsWith('as-shown')),
      [6, 8, 11, 14].map(line => `${line} as-shown`),
    )
  },
)

t.test('a root that is taken away is another one', async t => {
  const { exitCode, stdout } = await walked(
    t,
    `\`\`\`console
# unshare --mount --pid --fork bash
# mkdir /tmp/new
# mount -t tmpfs none /tmp/new
# cd /tmp/new
# mkdir usr proc old
# ln -s usr/bin bin; ln -s usr/lib lib; ln -s usr/lib64 lib64
# mount --rbind /usr usr
# pivot_root . old
# cd /
# mount -t proc proc /proc
# umount -l /old
# rmdir old
# echo *
bin lib lib64 proc usr
# exit
# ls -d /old
ls: cannot access '/old': No such file or directory
\`\`\`
`,
  )
  t.equal(exitCode, 0, stdout)
  t.match(stdout, /2 confirmed/)
})

t.test('a namespace that only a real root may enter is not the document’s fault', async t => {
  const { verdicts, stdout } = await walked(
    t,
    `\`\`\`console
$ sudo unshare --fork --pid --uts sleep 1000 &
[1] 7000
$ pgrep -P 7000
7001
$ sudo nsenter --target 7001 --pid --uts echo in
in
$ sudo nsenter --target 7001 --all hostname
host
\`\`\`
`,
  )
  t.match(verdicts, ['2 as-shown', '4 as-shown', '6 as-shown', /8 (?:not-run|as-shown)/], stdout)
})
