const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Those of the field: a line that begins so, with arguments of their kind, is a command. */
export const NETWORK_PROGRAMS: ReadonlySet<string> = new Set(
  words(`
  ip brctl bridge ifconfig route arp netstat ss iptables ip6tables ebtables arptables ipset nft
  iptables-save iptables-restore ip6tables-save ip6tables-restore iptables-legacy iptables-nft
  ping ping6 fping arping traceroute traceroute6 tracepath mtr tcpdump tshark nc ncat netcat socat
  curl wget dig nslookup host telnet ssh scp iperf iperf3 nmap hping3 ethtool conntrack tc sysctl
  nsenter unshare lsns ifup ifdown dhclient udhcpc dnsmasq wg wg-quick ovs-vsctl ovs-ofctl
  ovs-appctl ovs-dpctl vconfig tunctl openvpn bpftool ipvsadm firewall-cmd ufw nmcli networkctl
  resolvectl hostnamectl modprobe insmod rmmod lsmod teamd vtysh birdc calicoctl cnitool flannel
  docker podman nerdctl ctr crictl runc kubectl kubeadm etcdctl docker-compose lxc lxc-attach
  virsh minikube kind helm xtables-monitor xtables-nft-multi rdisc6 ndisc6 radvd ip-route bmon
  iftop nethogs tcptraceroute dropwatch pwru getent capsh setcap getcap systemd-nspawn`),
)

/** Of any Linux; what begins with one of them is a command unless it reads like a sentence. */
const COMMON_PROGRAMS: ReadonlySet<string> = new Set(
  words(`
  echo printf cat tee ls ll cd pwd mkdir rmdir rm cp mv ln chmod chown chroot mount umount grep egrep
  pivot_root switch_root debootstrap
  awk gawk sed cut sort uniq wc head tail less more find xargs which whereis readlink realpath stat
  file du df free ps pgrep pkill kill killall top htop pstree lsof strace ltrace time timeout watch
  sleep wait jobs fg bg nohup exec eval export unset alias source set shopt trap ulimit umask
  exit logout su sudo doas bash sh zsh env uname hostname whoami id who date uptime dmesg lsblk
  journalctl systemctl service chkconfig apt apt-get dpkg yum dnf rpm apk zypper pacman brew snap
  pip pip3 python python2 python3 perl ruby node npm go make gcc git tar gzip unzip vi vim nano
  touch diff base64 openssl seq yes true false test read printenv tr xxd hexdump od jq yq screen
  tmux clear history lscpu lspci lsusb useradd groupadd passwd crontab nginx redis-server redis-cli
  ab wrk busybox stdbuf setsid taskset script type cgcreate cgexec cgset busctl update-alternatives
  ldconfig column paste rev nl shutdown reboot halt poweroff mkfs fdisk dd mktemp md5sum sha256sum
  install pushd popd local return declare typeset let expr bc tput reset`),
)

/** Begin sentences and names as well: they need an argument that only a command has. */
export const EVERYDAY_WORDS: ReadonlySet<string> = new Set(
  words(`
  cut sort file find more less head tail which time test set read type script install watch make
  kill screen touch wait service local return free date top history column paste host route
  telnet source alias jobs who id yes true false let kind flannel reset halt go node install
  stat mount env eval trap exec export bridge link`),
)

/** Commands by themselves. */
export const ALONE: ReadonlySet<string> = new Set(
  words(`
  ifconfig route arp netstat ss ps exit logout iptables-save ip6tables-save hostname pwd whoami id ls
  cd ll lsns lsmod mount dmesg bash sh zsh env printenv clear history jobs wait date uptime pstree
  netns lsblk top htop su fg bg df reboot free`),
)

/** Functions and aliases of the document that is being read. */
let own: ReadonlySet<string> = new Set()

/** From now on those are programs too. */
export function setOwnPrograms(names: ReadonlySet<string>): void {
  own = names
}

export const ownPrograms = (): ReadonlySet<string> => own

export const isOwnProgram = (word: string): boolean => own.has(word)

export const isProgram = (word: string): boolean =>
  NETWORK_PROGRAMS.has(word) || COMMON_PROGRAMS.has(word) || own.has(word)
