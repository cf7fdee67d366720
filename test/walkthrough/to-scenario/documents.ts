/** walkthrough-docker-bridge.md in short, with the command that it lacks: `ip link set mybr0 up`. */
export const dockerBridge = `
1. 首先创建两个netns网路命名空间

\`\`\`

1 # ip netns add netns_A
2 # ip netns add netns_B
3 # ip netns
4 netns_B
5 netns_A
6 default

\`\`\`

2. 在 default 网络命名空间中创建网桥设备 mybr0，并分配 IP 地址172.18.0.1/16

\`\`\`

1 # ip link add name mybr0 type bridge
2 # ip addr add 172.18.0.1/16 dev mybr0
3 # ip link set mybr0 up
4 # ip link show mybr0
5 12: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state U
   NKNOWN mode DEFAULT group default qlen 1000
6     link/ether ae:93:35:ab:59:2a brd ff:ff:ff:ff:ff:ff

\`\`\`

3. 将 veth 设备对放到网络命名空间 netns_A 中并配置 IP 启动

Shell | 复制代码

\`\`\`
1 # ip link add vethA type veth peer name vethpA
2 # ip link set dev vethA master mybr0
3 # ip link set vethA up
4 # ip link set vethpA netns netns_A
5 # ip netns exec netns_A ip link set vethpA name eth0
6 # ip netns exec netns_A ip addr add 172.18.0.2/16 dev eth0
7 # ip netns exec netns_A ip link set eth0 up
8 # ip netns exec netns_A ping -c 2 172.18.0.1
9 PING 172.18.0.1 (172.18.0.1) 56(84) bytes of data.
10 64 bytes from 172.18.0.1: icmp_seq=1 ttl=64 time=0.096 ms
11 64 bytes from 172.18.0.1: icmp_seq=2 ttl=64 time=0.069 ms
12
13 --- 172.18.0.1 ping statistics ---
14 2 packets transmitted, 2 received, 0% packet loss, time 1004ms
\`\`\`

4. 接下来创建 netns_B 网络命名空间 veth 设备对

\`\`\`

1 # ip link add vethB type veth peer name vethpB
2 # ip link set dev vethB master mybr0
3 # ip link set vethB up
4 # ip link set vethpB netns netns_B
5 # ip netns exec netns_B ip link set vethpB name eth0
6 # ip netns exec netns_B ip addr add 172.18.0.3/16 dev eth0
7 # ip netns exec netns_B ip link set eth0 up
8 # ip netns exec netns_B ip route add default via 172.18.0.1
9 # ip netns exec netns_B ip route show
10 default via 172.18.0.1 dev eth0
11 172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.3

\`\`\`

5. 需要额外增加一条 iptables 规则才能激活网桥设备 bridge 的转发功能

\`\`\`
1 # iptables -A FORWARD -i mybr0 -j ACCEPT
2 # ip netns exec netns_A ping -c 2 172.18.0.3
3 PING 172.18.0.3 (172.18.0.3) 56(84) bytes of data.
4 64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=0.091 ms
5 64 bytes from 172.18.0.3: icmp_seq=2 ttl=64 time=0.093 ms
6
7 --- 172.18.0.3 ping statistics ---
8 2 packets transmitted, 2 received, 0% packet loss, time 1027ms
\`\`\`
`

export const vethPair = `
# A veth pair

## Build it

\`\`\`bash
# two namespaces
sudo ip netns add ns1
sudo ip netns add ns2
sudo ip link add veth0 type veth peer name veth1
sudo ip link set veth0 netns ns1 && sudo ip link set veth1 netns ns2
sudo ip netns exec ns1 ifconfig veth0 172.18.0.2/24 up
sudo ip netns exec ns2 ifconfig veth1 172.18.0.3/24 up
\`\`\`

## Look at it

\`\`\`console
$ sudo ip netns exec ns1 bash
ns1# ip route
172.18.0.0/24 dev veth0 proto kernel scope link src 172.18.0.2
ns1# ping -c 1 172.18.0.3
1 packets transmitted, 1 received, 0% packet loss, time 0ms
ns1# exit
\`\`\`
`

export const masquerade = `
# Out of a bridge

## The bridge

\`\`\`console
[root@gateway ~]# brctl addbr br01
[root@gateway ~]# ifconfig br01 192.168.88.1/24 up
[root@gateway ~]# ip netns add ns02
[root@gateway ~]# ip link add veth02 type veth peer name br-veth02
[root@gateway ~]# brctl addif br01 br-veth02
[root@gateway ~]# ip link set dev br-veth02 up
[root@gateway ~]# ip link set veth02 netns ns02
[root@gateway ~]# ip netns exec ns02 ifconfig veth02 192.168.88.12/24 up
[root@gateway ~]# ip netns exec ns02 ip route add default via 192.168.88.1
[root@gateway ~]# brctl show br01
bridge name     bridge id               STP enabled     interfaces
br01            8000.321bc3fd56fd       no              br-veth02
\`\`\`

## The internet

It does not answer yet:

\`\`\`console
[root@gateway ~]# sysctl -w net.ipv4.conf.all.forwarding=1
net.ipv4.conf.all.forwarding = 1
[root@gateway ~]# ip netns exec ns02 ping 114.114.114.114 -c 1
PING 114.114.114.114 (114.114.114.114) 56(84) bytes of data.

--- 114.114.114.114 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
\`\`\`

MASQUERADE lends it the address of the gateway:

\`\`\`console
[root@gateway ~]# iptables -t nat -A POSTROUTING -s 192.168.88.0/24 -o eth0 -j MASQUERADE
[root@gateway ~]# iptables -t nat -S POSTROUTING
-P POSTROUTING ACCEPT
-A POSTROUTING -s 192.168.88.0/24 -o eth0 -j MASQUERADE
[root@gateway ~]# tcpdump -i eth0 -nn
17:43:54.744599 IP 172.22.36.202 > 114.114.114.114: ICMP echo request, id 1068, seq 1, length 64
17:43:54.783749 IP 114.114.114.114 > 172.22.36.202: ICMP echo reply, id 1068, seq 1, length 64
[root@gateway ~]# ip netns exec ns02 ping 114.114.114.114 -c 1
1 packets transmitted, 1 received, 0% packet loss, time 0ms
[root@gateway ~]# ip netns exec ns02 curl -s http://example.com/
hello
\`\`\`
`

/** What would end, or change, a comment, a string, a template. */
export const hostile = [
  '# 日本語 `title` ${x} */ \' " 🎉 \u202Ertl ]]> </script>',
  '',
  '## it\'s ${a} \\ "quoted" */',
  '',
  '```sh',
  '# */ comment `with` ${all} \u202E',
  'ip netns add 网桥',
  'ip netns add default',
  'ip netns add 1st',
  "ip link add class type veth peer name '🎉' && ip link set class netns 网桥",
  'ip netns exec 网桥 ping -c 1 "it\'s"',
  'echo "${HOME} `date` \\n" ::error%0A',
  "printf 'a\tb\u0007\u001b[31m'",
  'cat <<END',
  '  lines ${stay} lines',
  'END',
  '```',
  '',
  '```',
  '$ docker run hello',
  '$ unshare -n bash',
  '$ ip link',
  '$ exit',
  '$ nsenter -t 1 -n ip link set lo up',
  '$ modprobe br_netfilter',
  '$ sleep 1',
  '$ watch ip link',
  '```',
  '',
].join('\n')

/** The second half makes what the first has made. */
export const several = `
# Several

## First

\`\`\`console
$ ip netns add a
$ ip link add v0 type veth peer name v1
\`\`\`

## Second

\`\`\`console
$ ip netns add a
$ ip link add v0 type veth peer name v1
$ ip netns exec a ping -c 1 10.0.0.1
\`\`\`
`

/** Two machines, by their prompts, and a front matter. */
export const hosts = `---
tnet-lab:
  hosts: { node1: 192.0.2.1/24, node2: { address: 192.0.2.2/24, device: ens3 } }
  forward: DROP
  sysctls: { net.ipv4.ip_forward: 1 }
  setup: ip link add dummy0 type bridge
---
# Two

\`\`\`console
[root@node1 ~]# ip netns add a
[root@node2 ~]# ip netns add a
[root@node2 ~]# ip netns exec a ip link set lo up
[root@node1 ~]# ping -c 1 192.0.2.2
[root@node1 ~]# ip netns exec a ping -c 1 10.9.9.9
[root@node1 ~]# ip route add 10.0.0.0/8 via 192.0.2.2
RTNETLINK answers: File exists
\`\`\`
`
