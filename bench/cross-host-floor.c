/*
 * The floor of the cross-host bench: two hosts with ten containers each on one VXLAN network, as fast as rtnetlink and
 * one iptables-restore a host make them.
 *
 *   alpha-1  .2 ─┐                                             ┌─ beta-1  .2
 *   ...          ├─ br-blue 10.244.1.1    br-blue 10.244.2.1 ──┤  ...
 *   alpha-10 .11 ┘     │                           │           └─ beta-10 .11
 *                  flannel.1 ~~~~~~ VXLAN 1 ~~~~ flannel.1
 *                  192.0.2.1 ────── switch ───── 192.0.2.2
 *
 * cross-host-floor RULES [--meanwhile] [--check SHOW]
 *   RULES         RULES-alpha and RULES-beta are what the two iptables-restore read
 *   --meanwhile   the rules are loaded while all else is made; otherwise after it, both hosts' at once
 *   --check SHOW  runs the script SHOW in each namespace; the first ping across has to be answered
 *
 * Prints {"name":"floor","ms":55.1}. What it made ends with it. Run it in a sandbox, as build-floor.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/wait.h>

#include "rtnl.h"

enum { HOSTS = 2, EACH = 10 };

/* Indexes are chosen here, so that no answer has to be read before the next message is written. */
enum { LO = 1, SWITCH = 99, ETH0 = 100, BLUE, FLANNEL, PORTS = FLANNEL }; /* from PORTS + 1 */

enum { MTU = 1450, VXLAN_PORT = 8472 };

struct netns {
  int fd;   /* the namespace */
  int wire; /* a netlink socket in it */
};

struct host {
  const char *label;
  int n; /* 10.244.n.0/24, 192.0.2.n */
  struct netns ns, container[EACH + 1]; /* from 1 */
  int rules;     /* what its iptables-restore reads */
  pid_t restore; /* and that process */
};

static struct netns switch_ns;
static struct host hosts[HOSTS] = {{.label = "alpha", .n = 1}, {.label = "beta", .n = 2}};

static unsigned inner(int n, int i) { return htonl(0x0af40000 + n * 256 + i); }
static unsigned outer(int n) { return htonl(0xc0000200 + n); }

/* 02:42 and the address, as Docker's. */
static void put_mac(int type, int n, int i) {
  unsigned char mac[6] = {2, 0x42, 10, 244, n, i};
  put(type, mac, sizeof mac);
}

static void new_link(int index, const char *name, unsigned up) {
  link_head(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, index, up);
  put_text(IFLA_IFNAME, name);
}

static void link_address(int index, unsigned ip, int length) {
  unsigned broadcast = ip | htonl(0xff);
  struct ifaddrmsg head = {.ifa_family = AF_INET, .ifa_prefixlen = length, .ifa_index = index};
  begin(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  put32(IFA_LOCAL, ip);
  put32(IFA_ADDRESS, ip);
  if (length == 24) put32(IFA_BROADCAST, broadcast);
  end();
}

/* `mtu` 0: the default; `n` 0: a MAC address of the kernel's. Without snooping, or every new port restarts timers. */
static void create_bridge(int index, const char *name, int mtu, int n) {
  new_link(index, name, 0);
  if (n > 0) put_mac(IFLA_ADDRESS, n, 1);
  if (mtu > 0) put32(IFLA_MTU, mtu);
  size_t info = nest(IFLA_LINKINFO);
  put_text(IFLA_INFO_KIND, "bridge");
  size_t data = nest(IFLA_INFO_DATA);
  put32(IFLA_BR_FORWARD_DELAY, 0);
  put8(IFLA_BR_MCAST_SNOOPING, 0);
  unnest(data);
  unnest(info);
  end();
}

static void one_queue(int mtu) {
  put32(IFLA_NUM_TX_QUEUES, 1);
  put32(IFLA_NUM_RX_QUEUES, 1);
  if (mtu > 0) put32(IFLA_MTU, mtu);
}

struct port {
  int index, master, mtu;
  const char *name;
  int netns; /* of the far end, which is eth0 there */
  int n, i;  /* its MAC address, from 10.244.n.i; n 0: the kernel's choice */
};

/* The whole link in one message. Only its far end has to come up later: here that is ENOTCONN. */
static void create_port(const struct port *port) {
  struct ifinfomsg peer = {.ifi_index = ETH0};
  new_link(port->index, port->name, IFF_UP);
  put32(IFLA_MASTER, port->master);
  one_queue(port->mtu);
  size_t info = nest(IFLA_LINKINFO);
  put_text(IFLA_INFO_KIND, "veth");
  size_t data = nest(IFLA_INFO_DATA);
  size_t far = nest(VETH_INFO_PEER);
  append(&peer, sizeof peer);
  put_text(IFLA_IFNAME, "eth0");
  put32(IFLA_NET_NS_FD, port->netns);
  if (port->n > 0) put_mac(IFLA_ADDRESS, port->n, port->i);
  one_queue(port->mtu);
  unnest(far);
  unnest(data);
  unnest(info);
  end();
}

static void hairpin(int index) {
  struct ifinfomsg link = {.ifi_family = AF_BRIDGE, .ifi_index = index};
  begin(RTM_SETLINK, NLM_F_ACK, &link, sizeof link);
  size_t info = nest(IFLA_PROTINFO);
  put8(IFLA_BRPORT_MODE, 1);
  unnest(info);
  end();
}

static void route(unsigned to, int length, unsigned via, int index, unsigned flags) {
  struct rtmsg head = {
      .rtm_family = AF_INET,
      .rtm_dst_len = length,
      .rtm_table = RT_TABLE_MAIN,
      .rtm_protocol = RTPROT_BOOT,
      .rtm_scope = RT_SCOPE_UNIVERSE,
      .rtm_type = RTN_UNICAST,
      .rtm_flags = flags,
  };
  begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  if (length > 0) put32(RTA_DST, to);
  put32(RTA_GATEWAY, via);
  put32(RTA_OIF, index);
  end();
}

static void create_flannel(int n) {
  new_link(FLANNEL, "flannel.1", 0);
  put_mac(IFLA_ADDRESS, n, 0);
  put32(IFLA_MTU, MTU);
  size_t info = nest(IFLA_LINKINFO);
  put_text(IFLA_INFO_KIND, "vxlan");
  size_t data = nest(IFLA_INFO_DATA);
  unsigned short port = htons(VXLAN_PORT);
  put32(IFLA_VXLAN_ID, 1);
  put32(IFLA_VXLAN_LINK, ETH0);
  put32(IFLA_VXLAN_LOCAL, outer(n));
  put8(IFLA_VXLAN_LEARNING, 0);
  put(IFLA_VXLAN_PORT, &port, sizeof port);
  unnest(data);
  unnest(info);
  end();
  no_link_local(FLANNEL);
  link_address(FLANNEL, inner(n, 0), 32);
  link_up(FLANNEL);
}

static void neighbour(int family, int flags, int state, int peer) {
  struct ndmsg head = {.ndm_family = family, .ndm_ifindex = FLANNEL, .ndm_state = state, .ndm_flags = flags};
  unsigned ip = inner(peer, 0), host = outer(peer);
  begin(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE, &head, sizeof head);
  put(NDA_DST, family == AF_INET ? &ip : &host, sizeof ip);
  put_mac(NDA_LLADDR, peer, 0);
  end();
}

/* A neighbour, an FDB entry and a route lead to another host's containers. */
static void way_to(int peer) {
  neighbour(AF_INET, 0, NUD_PERMANENT, peer);
  neighbour(AF_BRIDGE, NTF_SELF, NUD_PERMANENT | NUD_NOARP, peer);
  route(inner(peer, 0), 24, inner(peer, 0), FLANNEL, RTNH_F_ONLINK);
}

static struct netns create_netns(void) {
  if (unshare(CLONE_NEWNET) < 0) die("unshare");
  struct netns made = {open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), netlink()};
  if (made.fd < 0) die("/proc/thread-self/ns/net");
  return made;
}

/* Where bridges are, no link gets a link-local address: said before there is any. */
static struct netns create_bridging_netns(void) {
  struct netns made = create_netns();
  write_text("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");
  return made;
}

/* One process a host, and the hosts' at once. */
static void start_restore(struct host *host) {
  host->restore = fork();
  if (host->restore < 0) die("fork");
  if (host->restore > 0) return;
  if (setns(host->ns.fd, CLONE_NEWNET) < 0) die("setns");
  dup2(host->rules, STDIN_FILENO);
  execlp("iptables-restore", "iptables-restore", "--noflush", "--wait", NULL);
  die("iptables-restore");
}

static void await_child(pid_t child, const char *what) {
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) {
    fprintf(stderr, "cross-host-floor: %s failed\n", what);
    exit(1);
  }
}

static void create_underlay(void) {
  create_bridge(SWITCH, "switch", 0, 0);
  for (int h = 0; h < HOSTS; h++) {
    char name[IFNAMSIZ];
    snprintf(name, sizeof name, "%s-eth0", hosts[h].label);
    create_port(&(struct port){.index = ETH0 + h, .master = SWITCH, .name = name, .netns = hosts[h].ns.fd});
  }
  link_up(SWITCH);
  flush(switch_ns.wire, NULL);
}

/* The bridge stays down until its ports are there. */
static void fill_host(struct host *host) {
  link_up(LO);
  link_address(ETH0, outer(host->n), 24);
  link_up(ETH0);
  create_bridge(BLUE, "br-blue", MTU, host->n);
  link_address(BLUE, inner(host->n, 1), 24);
  create_flannel(host->n);
  for (int h = 0; h < HOSTS; h++)
    if (&hosts[h] != host) way_to(hosts[h].n);
  for (int i = 1; i <= EACH; i++) {
    char name[IFNAMSIZ];
    snprintf(name, sizeof name, "%s-%d", host->label, i);
    create_port(&(struct port){PORTS + i, BLUE, MTU, name, host->container[i].fd, host->n, i + 1});
  }
  if (host->n == 1) hairpin(PORTS + 1);
  flush(host->ns.wire, NULL);
}

static void fill_container(const struct host *host, int i) {
  link_up(LO);
  no_link_local(ETH0);
  link_address(ETH0, inner(host->n, i + 1), 24);
  link_up(ETH0);
  route(0, 0, inner(host->n, 1), ETH0, 0);
  flush(host->container[i].wire, NULL);
}

/* A bridge that comes up on live ports has its carrier at once. */
static void bring_up(struct host *host) {
  await_links(host->ns.wire, PORTS + 1, EACH);
  link_up(BLUE);
  flush(host->ns.wire, NULL);
  await_links(host->ns.wire, BLUE, 1);
  if (setns(host->ns.fd, CLONE_NEWNET) < 0) die("setns");
  write_text("/proc/sys/net/ipv4/conf/br-blue/route_localnet", "1");
}

static void build(int meanwhile) {
  switch_ns = create_bridging_netns();
  for (int h = 0; h < HOSTS; h++) {
    hosts[h].ns = create_bridging_netns();
    write_text("/proc/sys/net/ipv4/ip_forward", "1");
    if (meanwhile) start_restore(&hosts[h]);
  }
  for (int h = 0; h < HOSTS; h++)
    for (int i = 1; i <= EACH; i++) hosts[h].container[i] = create_netns();
  create_underlay();
  for (int h = 0; h < HOSTS; h++) {
    fill_host(&hosts[h]);
    for (int i = 1; i <= EACH; i++) fill_container(&hosts[h], i);
  }
  await_links(switch_ns.wire, ETH0, HOSTS);
  for (int h = 0; h < HOSTS; h++) bring_up(&hosts[h]);
  for (int h = 0; !meanwhile && h < HOSTS; h++) start_restore(&hosts[h]);
  for (int h = 0; h < HOSTS; h++) await_child(hosts[h].restore, "iptables-restore");
}

static void run_in(int netns, char *const argv[]) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    if (setns(netns, CLONE_NEWNET) < 0) die("setns");
    execvp(argv[0], argv);
    die(argv[0]);
  }
  await_child(child, argv[0]);
}

static void show(const char *name, int netns, char *script) {
  printf("== %s\n", name);
  run_in(netns, (char *[]){"sh", script, NULL});
}

static void check(char *script) {
  for (int h = 0; h < HOSTS; h++) show(hosts[h].label, hosts[h].ns.fd, script);
  for (int h = 0; h < HOSTS; h++)
    for (int i = 1; i <= EACH; i++) {
      char name[32];
      snprintf(name, sizeof name, "%s-%d", hosts[h].label, i);
      show(name, hosts[h].container[i].fd, script);
    }
  run_in(hosts[0].container[2].fd, (char *[]){"sh", "-c", "exec ping -n -q -c1 -W0.8 10.244.2.11 >&2", NULL});
}

static void open_rules(struct host *host, const char *prefix) {
  char path[4096];
  snprintf(path, sizeof path, "%s-%s", prefix, host->label);
  host->rules = open(path, O_RDONLY | O_CLOEXEC);
  if (host->rules < 0) die(path);
}

int main(int argc, char **argv) {
  int meanwhile = 0;
  char *script = NULL;
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--meanwhile") == 0) meanwhile = 1;
    else if (strcmp(argv[i], "--check") == 0 && i + 1 < argc) script = argv[++i];
    else argc = 0;
  }
  if (argc < 2) return fprintf(stderr, "usage: cross-host-floor RULES [--meanwhile] [--check SHOW]\n"), 2;
  for (int h = 0; h < HOSTS; h++) open_rules(&hosts[h], argv[1]);
  double start = now_ms();
  build(meanwhile);
  double ms = now_ms() - start;
  if (script != NULL) check(script);
  printf("{\"name\":\"floor\",\"ms\":%.1f}\n", ms);
  return 0;
}
