import t from 'tap'
import { planOf } from './small-document.ts'

const typedOn = (text: string) =>
  planOf(text).parts.flatMap(({ steps }) => steps.map(({ number, host }) => `${number} ${host}`))

t.test('a host name that a UTS namespace is given is no machine', async t => {
  const text = `
\`\`\`
[root@ubuntu ~]# unshare --uts bash
[root@ubuntu ~]# hostname box
[root@ubuntu ~]# exec bash
[root@box ~]# uname -n
\`\`\`
In a second terminal:
\`\`\`
[root@ubuntu ~]# hostname
\`\`\`
In the first terminal:
\`\`\`
[root@box ~]# exit
[root@ubuntu ~]# hostname
\`\`\``
  t.same(
    typedOn(text),
    [1, 2, 3, 4, 5, 6, 7].map(number => `${number} ubuntu`),
  )
  t.same(
    planOf(text).parts[0]!.hosts.map(({ name }) => name),
    ['ubuntu'],
  )
})

t.test('a host name that a machine is given is its own', async t => {
  const text = `
\`\`\`
[root@one ~]# hostname node1
[root@node1 ~]# ip link
[root@node2 ~]# ip link
\`\`\``
  t.same(typedOn(text), ['1 one', '2 node1', '3 node2'])
})
