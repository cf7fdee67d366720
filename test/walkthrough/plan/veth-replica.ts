/** walkthrough-veth-bridge-iptables.md in short: what decides how it is planned. */
export const vethReplica = `
## 容器网络

### Linux Veth

\`\`\`
# 创建两个network namespace
$ sudo ip netns add ns1
$ sudo ip netns add ns2
$ sudo ip link add veth0 type veth peer name veth1
$ sudo ip link set veth0 netns ns1
$ sudo ip link set veth1 netns ns2
$ sudo ip netns exec ns1 ifconfig veth0 172.18.0.2/24 up
$ sudo ip netns exec ns2 ifconfig veth1 172.18.0.3/24 up
# 通过veth一端出去的包,另外一端能够直接接受到
$ sudo ip netns exec ns1 ping -c 1 172.18.0.3
\`\`\`

### Linux Bridge

\`\`\`
$ sudo ip netns add ns1
$ sudo ip link add veth0 type veth peer name veth1
$ sudo ip link set veth1 netns ns1
$ sudo brctl addbr br0
$ sudo brctl addif br0 eth0
$ sudo brctl addif br0 veth0
\`\`\`

### Linux路由表

\`\`\`
$ sudo ip netns exec ns1 ifconfig veth1 172.18.0.2/24 up
$ sudo route add -net 172.18.0.0/24 dev br0
\`\`\`

\`\`\`
# 查看宿主机的IP地址
$ sudo ifconfig eth0
# 从Namespace中访问宿主机的地址
$ sudo ip netns exec ns1 ping -c 1 172.22.11.211
\`\`\`

### Linux iptables

#### MASQUERADE

\`\`\`
# 打开IP转发
$ sudo sysctl -w net.ipv4.conf.all.forwarding=1
$ sudo iptables -t nat -A POSTROUTING -s 172.18.0.0/24 -o eth0 -j MASQUERADE
\`\`\`

#### DNAT

\`\`\`
$ sudo iptables -t nat -A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80
\`\`\`

### Linux Veth 和 Bridge 总结

#### 前言

### 网络拓扑图

#### 部署Bridge和Veth

##### 设置Bridge

\`\`\`
$ sudo brctl addbr br01
\`\`\`

##### 创建Network namespace

\`\`\`
$ sudo ifconfig br01 192.168.88.1/24 up
$ sudo ip netns add ns01
$ sudo ip netns add ns02
$ sudo ip netns list
ns02
ns01
$ sudo ip netns exec ns02 ifconfig veth02 192.168.88.12/24 up
\`\`\`

#### 验证ns内网络情况

\`\`\`
# 首先启动抓包
$ sudo tcpdump -i br01 -nn
# 然后从 ns01 ping ns02
$ sudo ip netns exec ns01 ping 192.168.88.12 -c 1
64 bytes from 192.168.88.12: icmp_seq=1 ttl=64 time=0.086 ms
1 packets transmitted, 1 received, 0% packet loss, time 0ms
# 查看抓包信息
~ 16:19:42.739476 IP 192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
\`\`\`

#### ns与外网互通

\`\`\`
$ sudo ip netns exec ns02 ping 114.114.114.114 -c 1
1 packets transmitted, 0 received, 100% packet loss, time 0ms
\`\`\`

发现是ping不通的,抓包查看详情

\`\`\`
# 抓Bridge设备
$ tcpdump -i br01 -nn -vv host 114.114.114.114
    192.168.88.12 > 114.114.114.114: ICMP echo request, id 1045, seq 1, length 64
# 抓出口设备
$ tcpdump -i eth0 -nn -vv host 114.114.114.114
\`\`\`

发现只有br01有出口流量,而出口网卡eth0没有任何反应,说明没有开启ip_forward

\`\`\`
# 开启 ip_forward
$ sudo sysctl -w net.ipv4.conf.all.forwarding=1
\`\`\`

再次尝试抓包eth0设备

\`\`\`
$ sudo tcpdump -i eth0 -nn -vv host 114.114.114.114
    192.168.88.12 > 114.114.114.114: ICMP echo request, id 1059, seq 1, length 64
\`\`\`

发现只有发出去的包request没有回来replay的包

\`\`\`
$ sudo iptables -t nat -A POSTROUTING -s 192.168.88.0/24 -j MASQUERADE
\`\`\`

再次尝试ping 114.114.114.114

\`\`\`
$ sudo ip netns exec ns02 ping 114.114.114.114 -c 1
\`\`\`
抓包查看

\`\`\`
$ sudo tcpdump -i eth0 -nn -vv host 114.114.114.114
    172.22.36.202 > 114.114.114.114: ICMP echo request, id 1068, seq 1, length 64
    114.114.114.114 > 172.22.36.202: ICMP echo reply, id 1068, seq 1, length 64
$ sudo tcpdump -i br01 -nn -vv
    192.168.88.12 > 114.114.114.114: ICMP echo request, id 1068, seq 1, length 64
\`\`\`

#### 清理iptables规则

\`\`\`
$ sudo iptables -t nat -F
$ sudo iptables -t nat -N TESTBR
\`\`\`
`
