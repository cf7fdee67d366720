import t from 'tap'
import { writtenOut } from '../../../src/walkthrough/plan/typing/reader-shell.ts'
import { kindOf } from '../../../src/walkthrough/plan/steps/step-kind.ts'
import type { StepKind } from '../../../src/walkthrough/plan/walk-plan.ts'

const kind = (text: string, shown?: string[]) =>
  kindOf(
    {
      line: 1,
      lastLine: 1,
      text,
      ...(shown === undefined ? {} : { shown }),
      headings: [],
      before: [],
      after: [],
      listing: 1,
      mistakes: [],
    },
    writtenOut([text])[0]!,
  )

const cases: Record<StepKind, string[]> = {
  'until-stopped': [
    'tcpdump -i br01 -nn',
    'sudo tcpdump -c 4 -i eth0 icmp',
    'sudo ip netns exec ns1 tcpdump -l -i eth0 | grep ICMP',
    'tshark -i eth0',
    'tcpdump -ibr0 -w ring.pcap',
    'ping 10.0.0.1',
    'ip netns exec ns1 ping -i 0.2 -I veth1 10.0.0.2',
    'ping -W 1 10.0.0.1',
    'nc -l 80',
    'nc -lvp 8080',
    'ncat --listen 8080',
    'sudo ip netns exec ns1 python3 -m http.server 80',
    'python -m SimpleHTTPServer',
    'iperf3 -s',
    "ip netns exec ns1 sh -c 'nc -l 80'",
    'while true; do nc -l 80; done',
    'watch -n 1 ip neigh',
    'ip monitor',
    'ip -ts monitor neigh',
    'bridge monitor fdb',
    'conntrack -E',
    'tail -f /var/log/syslog',
    'dnsmasq --no-daemon --dhcp-range=10.0.0.2,10.0.0.9',
    'socat TCP-LISTEN:80,fork EXEC:cat',
    'sleep infinity',
    'dhclient -d eth0',
    'radvd -n -C radvd.conf',
    'dmesg -w',
  ],
  command: [
    'tcpdump -r file.pcap',
    'tcpdump -nnr file.pcap icmp',
    'tcpdump -rfile.pcap',
    'ping -c 1 10.0.0.1',
    'ping -c1 10.0.0.1',
    'ping -w 3 10.0.0.1',
    'ping -qnc 2 10.0.0.1',
    'python3 -m http.server 80 &',
    'nohup python3 -m http.server 80 >/dev/null 2>&1 &',
    "bash -c 'tcpdump -i eth0 -w a.pcap & sleep 1; kill %1'",
    'f() { nc -l 80; }',
    "sh -c 'echo bash'",
    "sh -c 'cat up.sh | bash'",
    "sh -c 'hostname; ./run.sh'",
    'tcpdump -i eth0 -w a.pcap & sleep 1; kill %1',
    'nc 10.0.0.1 80',
    'iperf3 -c 10.0.0.1',
    'iperf3 -s -D',
    'dnsmasq --interface=br0',
    'sleep 5',
    'tail -5 /var/log/syslog',
    'systemctl restart docker',
    'which docker',
    'modprobe vxlan',
    'sysctl -w net.ipv4.ip_forward=1',
    'ip netns exec ns1 bash -c "ip addr"',
    'bash setup.sh',
    'curl -fsSL https://get.example.com | sh',
    "bash <<'EOF'\nip link\nEOF",
    'reboot',
    'shutdown -h now',
    'ip link show docker0',
    'echo "tcpdump &"',
  ],
  shell: [
    'ip netns exec ns1 bash',
    'sudo ip netns exec ns1 /bin/sh',
    'ip netns exec ns1 bash --norc',
    `ip netns exec ns1 bash --rcfile <(echo 'PS1="ns1> "')`,
    'ip netns exec ns1 bash --rcfile <(printf \'%s\' "PS1=$(hostname)")',
    'nsenter --net=/run/netns/ns1 bash',
    'chroot rootfs /bin/sh',
    "sudo unshare -u -f sh -c 'hostname box; exec bash'",
    'unshare -n bash -c "ip link set lo up && /bin/bash -i"',
    'chroot rootfs busybox sh',
    'unshare -n bash',
    'unshare --net',
    'sudo -i',
    'sudo su -',
    'su -',
    'bash',
  ],
  exit: ['exit', 'logout'],
  'not-run': [
    'docker run -d nginx',
    'sudo docker exec -it web bash',
    'PID=$(docker inspect -f {{.State.Pid}} web)',
    'kubectl get pods',
    'minikube start',
    'vagrant up',
    'sudo apt-get install -y bridge-utils',
    'yum install tcpdump && tcpdump -i eth0',
    'pip install scapy',
    'git clone https://example.com/x.git',
    'sudo vim /etc/hosts',
    'wireshark',
  ],
}

for (const [expected, texts] of Object.entries(cases)) {
  t.test(`${expected}:`, async t => {
    for (const text of texts) t.equal(kind(text).kind, expected, text)
  })
}

t.test('what is not run says why', async t => {
  t.equal(kind('apt install nmap').reason, 'packages are not installed in a walk')
  t.match(kind('docker run x').reason, /no docker in a walk; use a network namespace/)
  t.match(kind('nano /etc/hosts').reason, /write the file by a heredoc/)
})

t.test(
  'a capture in the background that shows packets is started and stopped by the walk',
  async t => {
    t.same(kind('sudo tcpdump -i br0 &', ['a > b: ICMP']), {
      kind: 'until-stopped',
      foreground: 'sudo tcpdump -i br0',
    })
    t.same(kind('nohup tcpdump -i br0 &', ['a > b: ICMP']).foreground, 'tcpdump -i br0')
    t.same(kind('sudo tcpdump -i br0 &'), { kind: 'command' })
  },
)
