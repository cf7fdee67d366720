// Once, as an ordinary user: who runs it makes no difference here; test/walkthrough/ runs as both.
import t from 'tap'
import { walked } from './walked.ts'

t.setTimeout(600_000)

/** An answer as it was a year ago. */
const pinged = (address: string) => `PING ${address} (${address}) 56(84) bytes of data.
64 bytes from ${address}: icmp_seq=1 ttl=64 time=0.055 ms

--- ${address} ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.055/0.055/0.055/0.000 ms`

const twoTerminals = `# A namespace without a name

In a first terminal:

\`\`\`console
root@host:~# unshare --net --uts bash
root@host:~# echo $$
2543
\`\`\`

In a second terminal, on the host:

\`\`\`console
root@host:~# ip link add veth0 type veth peer name veth1
root@host:~# ip link set veth1 netns 2543
root@host:~# ip addr add 10.1.1.1/24 dev veth0
root@host:~# ip link set veth0 up
\`\`\`

Back in the first terminal:

\`\`\`console
root@host:~# ip addr add 10.1.1.2/24 dev veth1
root@host:~# ip link set veth1 up
root@host:~# ping -c 1 10.1.1.1
${pinged('10.1.1.1')}
\`\`\`
`

t.test('a shell in a namespace of its own is found by the number that it shows', async t => {
  const { exitCode, stdout, verdicts } = await walked(t, twoTerminals)
  t.equal(exitCode, 0, stdout)
  t.equal(verdicts.at(-1), '25 as-shown')
  t.match(stdout, /process 2543 of the document is \d+ here/)
  t.match(stdout, /terminal 2 \$ ip link set veth1 netns 2543/)
})

const inBackground = `# A namespace that a process holds

\`\`\`console
$ sudo unshare -n sleep 1000 &
[1] 31337
$ sudo ip link add veth0 type veth peer name veth1
$ sudo ip link set veth1 netns 31337
$ sudo nsenter -t 31337 -n ip addr add 10.1.1.2/24 dev veth1
$ sudo nsenter -t 31337 -n ip link set veth1 up
$ sudo ip addr add 10.1.1.1/24 dev veth0
$ sudo ip link set veth0 up
$ ping -c 1 10.1.1.2
${pinged('10.1.1.2')}
$ ls -l /proc/31337/ns/net
lrwxrwxrwx 1 root root 0 Jan  1 12:00 /proc/31337/ns/net -> 'net:[4026532577]'
$ sudo kill 31337
$ ls /proc/31337
ls: cannot access '/proc/31337': No such file or directory
\`\`\`
`

t.test('a job in the background by the number that its shell says', async t => {
  const { exitCode, stdout, verdicts } = await walked(t, inBackground)
  t.equal(exitCode, 0, stdout)
  t.same(
    verdicts.filter(verdict => verdict.endsWith('as-shown')),
    ['4 as-shown', '12 as-shown', '19 as-shown', '22 as-shown'],
  )
})

t.test('a server in the background is heard until it says what is shown', async t => {
  const { exitCode, stdout, verdicts } = await walked(
    t,
    `\`\`\`console
$ python3 -m http.server 8000 &
[1] 4242
Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...
$ curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8000/
200
$ kill 4242
\`\`\`
`,
  )
  t.equal(exitCode, 0, stdout)
  t.same(verdicts, ['2 as-shown', '5 as-shown', '7 ran'])
})

t.test('what it says later stands behind prompts, and among what others print', async t => {
  const { exitCode, stdout, verdicts } = await walked(
    t,
    `\`\`\`console
$ cd /srv; echo hello > index.html
$ python3 -m http.server 8000 &
[1] 4242
$ Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...
$ curl -s http://127.0.0.1:8000/
127.0.0.1 - - [22/Nov/2025 11:00:00] "GET / HTTP/1.1" 200 -
hello
\`\`\`
`,
  )
  t.equal(exitCode, 0, stdout)
  t.same(verdicts, ['2 ran', '3 as-shown', '6 as-shown'])
  t.match(stdout, /it is said later, when somebody asks/)
})

t.test('a capture in the background, which the walk stops itself', async t => {
  const { exitCode, stdout, verdicts } = await walked(
    t,
    `\`\`\`console
$ tcpdump -ni lo icmp -w /tmp/lo.pcap &
[1] 4711
$ ping -c 1 127.0.0.1
${pinged('127.0.0.1')}
$ kill -INT 4711
$ tcpdump -nr /tmp/lo.pcap 2>/dev/null | grep -c echo
2
\`\`\`
`,
  )
  t.equal(exitCode, 0, stdout)
  t.same(verdicts, ['4 as-shown', '2 as-shown', '11 not-run', '12 as-shown'])
})

t.test('a number that nothing here has is not invented', async t => {
  const { verdicts, stdout } = await walked(t, inBackground.replace('[1] 31337\n', ''))
  t.ok(verdicts.includes('6 failed'), stdout)
  t.match(stdout, /nobody here is process 31337: nothing that the document shows before tells/)
})
