import t from 'tap'
import { planOf } from './small-document.ts'

/** What is not run, and why. */
const notRun = (listing: string) =>
  planOf(`\`\`\`\n${listing}\n\`\`\``)
    .parts.flatMap(({ steps }) => steps)
    .flatMap(({ number, kind, reason }) => (kind === 'not-run' ? [`${number} ${reason}`] : []))
    .slice(1)

const PID = `$ pid=$(docker inspect -f '{{.State.Pid}}' web)`

t.test('what needs a variable of a command that is not run is not run either', async t => {
  t.same(notRun(`${PID}\n$ nsenter -t $pid -n ip addr\n$ ip link`), [
    '2 line 2 is not run, which would set pid',
  ])
  t.same(notRun(`${PID}\n$ echo '$pid' $pids`), [])
  t.same(notRun(`${PID}\n$ pid=$$\n$ nsenter -t $pid -n ip addr`), [], 'unless it is set anew')
})

t.test('nor what needs the namespace that such a command would make', async t => {
  const link = '$ ln -s /proc/$pid/ns/net /var/run/netns/web'
  const use = '$ ip netns exec web ip addr'
  t.same(notRun(`${PID}\n${link}\n${use}\n$ ip -n other link`), [
    '2 line 2 is not run, which would set pid',
    '3 line 3 is not run, which would make web',
  ])
  t.same(notRun(`${PID}\n${link}\n$ ip netns add web\n${use}`).length, 1)
})

t.test('nor what is typed in a shell that it would open', async t => {
  const inside = `${PID}\n$ sudo nsenter -t $pid -a\n$ ip addr\n$ exit\n$ ip link`
  t.same(notRun(inside), [
    '2 line 2 is not run, which would set pid',
    '3 it is typed in what line 3 would open',
    '4 it leaves what line 3 would open',
  ])
  const section = `${PID}\n$ sudo nsenter -t $pid -a\n\`\`\`\n\n# On the host\n\n\`\`\`\n$ ip link`
  t.same(notRun(section).length, 1, 'a section further down is elsewhere')
})

t.test('nor what means a process that is shown to be there', async t => {
  const shown = `$ docker inspect -f '{{.State.Pid}}' web\n4711`
  t.same(notRun(`${shown}\n$ nsenter --target 4711 --net ip a\n$ ip link set v0 netns 4711`), [
    '2 line 2 is not run, whose process that would be',
    '3 line 2 is not run, whose process that would be',
  ])
  t.same(notRun(`${shown}\n$ ip link set v0 mtu 4711`), [])
})
