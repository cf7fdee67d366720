import t from 'tap'
import { Pids } from '../../src/walkthrough/pids.ts'
import { startedJobs } from '../../src/walkthrough/typed/started-jobs.ts'
import type { TypedCommand } from '../../src/walkthrough/typed/typed.ts'

const typed = (text: string, ...shown: string[]): TypedCommand => ({
  line: 1,
  lastLine: 1,
  text,
  ...(shown.length === 0 ? {} : { shown }),
  headings: [],
  before: [],
  after: [],
  listing: 1,
  mistakes: [],
})

const shows: [text: string, shown: string[], seen: string, pids: Record<string, string>][] = [
  ['echo $$', ['2543'], '17\n', { 2543: '17' }],
  ['echo $!', ['2543'], '17\n', { 2543: '17' }],
  ['echo $$  # 2543', [], '17\n', { 2543: '17' }],
  ['CPID=$!; echo $CPID', ['2543'], '17\n', { 2543: '17' }],
  ['echo "PID: ${PID}"', ['PID: 2543'], 'PID: 17\n', { 2543: '17' }],
  ['sudo pgrep -f sleep', ['2543', '2544'], '17\n19\n', { 2543: '17', 2544: '19' }],
  ['pidof dnsmasq', ['2543 2544'], '17 19\n', { 2543: '17', 2544: '19' }],
  ['ip netns pids ns1', ['2543'], '17\n', { 2543: '17' }],
  [
    'pgrep -a sleep',
    ['2543 sleep 1', '2544 sleep 2'],
    '19 sleep 2\n17 sleep 1',
    { 2543: '17', 2544: '19' },
  ],
  [
    'ps aux | grep sleep',
    ['root      2543  0.0  0.0   5380   580 pts/0    S    12:00   0:00 sleep 1000'],
    'root          17  0.0  0.0   5480  1792 ?        S    10:00   0:00 sleep 1000\nroot 20 0.0 0.0 1 1 ? S 10:00 0:00 grep sleep',
    { 2543: '17' },
  ],
  [
    'ps -ef | grep [s]leep',
    ['root      2543     1  0 12:00 pts/0    00:00:00 /bin/sleep 1000'],
    'root          17       1  0 10:00 ?        00:00:00 sleep 1000',
    { 2543: '17' },
  ],
  [
    'ps -o pid,netns,cmd',
    ['    PID      NETNS CMD', '   2543 4026532281 sleep 1000'],
    '    PID      NETNS CMD\n     17 4026532999 sleep 1000',
    { 2543: '17' },
  ],
  [
    'lsns -t net',
    [
      '        NS TYPE NPROCS   PID USER    NETNSID NSFS COMMAND',
      '4026532281 net       1  2543 root unassigned      sleep 1000',
    ],
    '        NS TYPE NPROCS PID USER NETNSID NSFS COMMAND\n4026532256 net       4   1 root unassigned bash\n4026532469 net  1  17 root unassigned sleep 1000',
    { 2543: '17' },
  ],
  [
    'pstree -p 2000',
    ['unshare(2543)---sleep(2544)'],
    'unshare(17)---sleep(19)\n',
    { 2543: '17', 2544: '19' },
  ],
  [
    'ls -l /proc/$$/ns/net',
    ["lrwxrwxrwx 1 root root 0 Jan  1 12:00 /proc/2543/ns/net -> 'net:[4026531840]'"],
    'lrwxrwxrwx 1 root root 0 Jan  2 12:00 /proc/17/ns/net -> net:[4026532256]\n',
    { 2543: '17' },
  ],
  ['ls /proc', ['/proc/2543'], '/proc/17\n', {}],
  ['pgrep sleep', ['2543', '2544'], '17\n', {}],
  ['cat numbers', ['2543'], '17\n', {}],
]
for (const [text, shown, seen, expected] of shows) {
  t.test(`"${text}" tells which process is which`, async t => {
    const pids = new Pids()
    pids.learn(typed(text, ...shown), seen)
    for (const pid of ['2543', '2544']) {
      t.equal(pids.here(`ls /proc/${pid}/ns`).text, `ls /proc/${expected[pid] ?? pid}/ns`)
    }
  })
}

const uses: [text: string, here: string][] = [
  ['ip link set veth1 netns 2543', 'ip link set veth1 netns 17'],
  [
    'ip link add v0 type veth peer name v1 netns 2543',
    'ip link add v0 type veth peer name v1 netns 17',
  ],
  ['ip netns attach blue 2543', 'ip netns attach blue 17'],
  ['ip netns identify 2543', 'ip netns identify 17'],
  ['sudo nsenter -t 2543 -n ip link', 'sudo nsenter -t 17 -n ip link'],
  ['nsenter -n -t2543 ip link', 'nsenter -n -t17 ip link'],
  ['nsenter --net --target=2543 bash', 'nsenter --net --target=17 bash'],
  ['nsenter --target 2543 -n', 'nsenter --target 17 -n'],
  ['nsenter --net=/proc/2543/ns/net ip link', 'nsenter --net=/proc/17/ns/net ip link'],
  ['ln -s /proc/2543/ns/net /run/netns/a', 'ln -s /proc/17/ns/net /run/netns/a'],
  ['kill 2543', 'kill 17'],
  ['sudo kill -9 2543 2543', 'sudo kill -9 17 17'],
  ['kill -s TERM 2543', 'kill -s TERM 17'],
  ['pid=2543', 'pid=17'],
  ['export CONTAINER_PID="2543"', 'export CONTAINER_PID="17"'],
  ['ps -p 2543 -o cmd', 'ps -p 17 -o cmd'],
  ['lsns -p 2543', 'lsns -p 17'],
  ['pgrep -P 2543', 'pgrep -P 17'],
  ['pgrep -lP2543', 'pgrep -lP17'],
  ['ps --ppid 2543', 'ps --ppid 17'],
  ['echo 2543 > /sys/fs/cgroup/a/cgroup.procs', 'echo 17 > /sys/fs/cgroup/a/cgroup.procs'],
  ['sleep 2543', 'sleep 2543'],
  ['nc -l 2543', 'nc -l 2543'],
  ['curl http://10.0.0.1:2543/', 'curl http://10.0.0.1:2543/'],
  ['iptables -A INPUT -p tcp --dport 2543', 'iptables -A INPUT -p tcp --dport 2543'],
  ['ping -t 2543 10.0.0.1', 'ping -t 2543 10.0.0.1'],
  ['ip netns exec 2543a ip link', 'ip netns exec 2543a ip link'],
  ['ls /proc/25431/ns', 'ls /proc/25431/ns'],
]
for (const [text, here] of uses) {
  t.test(`"${text}" is typed as "${here}"`, async t => {
    const pids = new Pids()
    pids.learn(typed('echo $$', '2543'), '17')
    t.equal(pids.here(text).text, here)
    t.same(pids.here(text).pids, text === here ? [] : [['2543', '17']])
  })
}

t.test('what is printed of a process is put as the document has it', async t => {
  const pids = new Pids()
  t.equal(pids.asShown('/proc/17/ns/net'), '/proc/17/ns/net')
  pids.learn(typed('echo $$', '2543'), '17')
  t.equal(
    pids.asShown('/proc/17/ns/net: 17 bytes, /proc/170'),
    '/proc/2543/ns/net: 17 bytes, /proc/170',
  )
})

t.test('the first process of all is the first everywhere', async t => {
  const pids = new Pids()
  pids.learn(typed('echo $$', '1'), '1234')
  t.equal(pids.here('ls /proc/1/ns').text, 'ls /proc/1/ns')
})

t.test('jobs in the background are those that a shell says so of', async t => {
  t.same(startedJobs(typed('sleep 1 &', '[1] 2543')), ['2543'])
  t.same(startedJobs(typed('sleep 1 & sleep 2 &', '[1] 2543', '[2] 2544')), ['2543', '2544'])
  t.same(startedJobs(typed('cat list', '[1] 2543')), [])
})
