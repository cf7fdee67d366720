import t from 'tap'
import { printingCommands } from '../../../../src/walkthrough/compare/text/pipelines.ts'

const cases: [text: string, programs: string[]][] = [
  ['ip addr', ['ip addr']],
  ['ip addr | grep inet', ['grep inet']],
  ['tcpdump -i br0 | tee log', ['tcpdump -i br0']],
  ['iptables -S |& cat | less', ['iptables -S']],
  ['ping -c 1 a; ping -c 1 b', ['ping -c 1 a', 'ping -c 1 b']],
  ['sudo ip link set a up && sudo ip netns exec n ip addr', ['ip addr']],
  ['cd /tmp && ls', ['ls']],
  ['ip link add a type dummy', ['ip link add a type dummy']],
  ['ip link add a type dummy\nip link set a up', ['ip link set a up']],
  ['iptables -t nat -A POSTROUTING -j MASQUERADE; iptables -t nat -nL', ['iptables -t nat -nL']],
  [
    'echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward',
    ['cat /proc/sys/net/ipv4/ip_forward'],
  ],
  ['curl a 2>&1', ['curl a']],
  ['curl a 2>/dev/null && echo ok', ['curl a', 'echo ok']],
  ['nc -l 80 >/dev/null & curl a', ['curl a']],
  ['python3 -m http.server 80 &> log & sleep 1; curl a', ['curl a']],
  ["echo 'a; b' # c; d", ['echo a; b']],
  ['echo "a && b"', ['echo a && b']],
  ['for i in 1 2; do ping -c 1 10.0.0.$i; done', ['ping -c 1 10.0.0.$i']],
  ['if ping -c 1 a; then echo yes; fi', ['ping -c 1 a', 'echo yes']],
  ["ip netns exec n bash -c 'ip link set lo up; ip addr'", ['ip addr']],
  ['cat > f <<EOF\nip addr; ls\nEOF\nip link', ['ip link']],
  ['ping -c 1 \\\n  a', ['ping -c 1 a']],
  ['nft add table ip t; nft list ruleset', ['nft list ruleset']],
  ['nft -f rules.nft; nft list ruleset', ['nft -f rules.nft', 'nft list ruleset']],
  ['ebtables -P FORWARD DROP; ebtables -L', ['ebtables -L']],
  ['route add default gw 10.0.0.1; route -n', ['route -n']],
  ['ifconfig eth0 10.0.0.1 up; ifconfig eth0', ['ifconfig eth0']],
  ['brctl addbr br0; brctl show', ['brctl show']],
  ['echo "a \\" ; b"', ['echo a " ; b']],
  ['', []],
  ['# nothing', []],
  ["echo 'never closed", ['echo never closed']],
]
for (const [text, programs] of cases) {
  t.test(`of ${JSON.stringify(text)}`, async t => {
    const printing = printingCommands(text)
    t.same(
      printing.map(({ program, args }) => [program, ...args].join(' ')),
      programs,
    )
  })
}
