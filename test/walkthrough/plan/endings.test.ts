import t from 'tap'
import { inShort, planOf } from './small-document.ts'

const order = (text: string) => inShort(planOf(text).parts[0]!.steps)

t.test('a server runs until the next heading of its rank', async t => {
  const text = `
## Serve
\`\`\`
$ ip netns exec ns1 python3 -m http.server 80
\`\`\`
### Ask
\`\`\`
$ curl 10.0.0.2
$ ip link
\`\`\`
## More
\`\`\`
$ ip route
\`\`\``
  t.equal(order(text)[0], '1 until-stopped until 2')
})

t.test('a server runs on for those who talk to it later, by DNAT too', async t => {
  const text = (port: number) => `
## Serve
\`\`\`
$ ip netns exec ns1 nc -lp 80
$ ip netns exec ns1 ip addr
\`\`\`
## Publish
\`\`\`
$ iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80
$ curl http://192.0.2.1:${port}/
$ ip link
\`\`\``
  t.equal(order(text(8080))[0], '1 until-stopped until 3')
  t.equal(order(text(9090))[0], '1 until-stopped until 1')
})

t.test('a server is over where its own terminal is typed into again', async t => {
  const text = (back: string, then: string) => `
In terminal 1:
\`\`\`
$ nc -lk 8080
\`\`\`
In terminal 2:
\`\`\`
$ nc -z 127.0.0.1 8080
\`\`\`
${back}
\`\`\`
$ ss -ltn
\`\`\`
In terminal 2:
\`\`\`
$ nc -z 127.0.0.1 8080
${then}
\`\`\``
  const refused = 'nc: connect to 127.0.0.1 port 8080 (tcp) failed: Connection refused'
  t.equal(order(text('In terminal 1:', refused))[0], '1 until-stopped until 1')
  t.equal(order(text('In terminal 3:', refused))[0], '1 until-stopped until 3')
  t.equal(order(text('In terminal 1:', 'succeeded!'))[0], '1 until-stopped until 3')
})

t.test('a server ends before another takes its port', async t => {
  const text = `
\`\`\`
$ nc -l 80
$ curl 10.0.0.2
$ nc -l 80
$ curl 10.0.0.2
\`\`\``
  t.same(order(text), [
    '1 until-stopped until 1',
    '2 command',
    '3 until-stopped until 3',
    '4 command',
  ])
  const elsewhere = text.replace('nc -l', 'ip netns exec ns1 nc -l')
  t.equal(order(elsewhere)[0], '1 until-stopped until 3', 'in another namespace it is another port')
})

t.test('what looks on runs to the end of its listing, or of the next', async t => {
  t.equal(
    order('```\n$ ip monitor\n$ ip link add br0 type bridge\n$ ip link\n```')[0],
    '1 until-stopped until 2',
  )
  const apart =
    '```\n$ watch ip neigh\n```\n```\n$ ping -c 1 10.0.0.2\n$ ip link\n```\n```\n$ ip route\n```'
  t.equal(order(apart)[0], '1 until-stopped until 2')
})

t.test('a ping without an end is stopped by itself', async t => {
  t.same(order('```\n$ ping 10.0.0.2\n$ ip link\n```'), ['1 until-stopped until 0', '2 command'])
})
