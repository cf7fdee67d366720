/*
 * The floor of the build bench: N containers on one bridge, as fast as rtnetlink alone makes them.
 *
 *   c1 eth0 10.0.0.2/16 ── veth1 ─┐
 *   c2 eth0 10.0.0.3/16 ── veth2 ─┼─ br0 10.0.0.1/16   (hub namespace)
 *   ...                           ┘
 *
 * build-floor N [--live] [--check]
 *   --live   the bridge is up before its ports come; otherwise it comes up last
 *   --check  the last container and the gateway must answer the first one's first ping
 *
 * Prints {"name":"floor","n":100,"ms":75.2}. What it made ends with it. Run it in a sandbox: it leaves
 * the namespace that it was started in alone, but one kernel serves them all.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "rtnl.h"

/* Indexes are chosen here, so that no answer has to be read before the next message is written. */
enum { LO = 1, ETH0 = 100, BRIDGE = 1000000, PORTS = 1000 };

static unsigned address(int i) { return htonl(0x0a000001 + i); }

static void put_mac(unsigned char kind, int i) {
  unsigned char mac[6] = {2, kind, 10, 0, i >> 8, i};
  put(IFLA_ADDRESS, mac, sizeof mac);
}

static void link_address(int index, unsigned ip) {
  struct ifaddrmsg head = {.ifa_family = AF_INET, .ifa_prefixlen = 16, .ifa_index = index};
  begin(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  put32(IFA_LOCAL, ip);
  put32(IFA_ADDRESS, ip);
  end();
}

/* Snooping off: with it, each port that comes to a live bridge restarts the timers of all the others. */
static void create_bridge(void) {
  link_head(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, BRIDGE, 0);
  put_text(IFLA_IFNAME, "br0");
  put_mac(2, 0);
  size_t info = nest(IFLA_LINKINFO);
  put_text(IFLA_INFO_KIND, "bridge");
  size_t data = nest(IFLA_INFO_DATA);
  put8(IFLA_BR_MCAST_SNOOPING, 0);
  unnest(data);
  unnest(info);
  end();
}

static void one_queue(void) {
  put32(IFLA_NUM_TX_QUEUES, 1);
  put32(IFLA_NUM_RX_QUEUES, 1);
}

/* The whole link in one message. Only its far end has to come up later: here that is ENOTCONN. */
static void create_veth(int i, int netns) {
  char name[IFNAMSIZ];
  struct ifinfomsg peer = {.ifi_index = ETH0};
  snprintf(name, sizeof name, "veth%d", i);
  link_head(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, PORTS + i, IFF_UP);
  put_text(IFLA_IFNAME, name);
  put32(IFLA_MASTER, BRIDGE);
  put_mac(1, i);
  one_queue();
  size_t info = nest(IFLA_LINKINFO);
  put_text(IFLA_INFO_KIND, "veth");
  size_t data = nest(IFLA_INFO_DATA);
  size_t far = nest(VETH_INFO_PEER);
  append(&peer, sizeof peer);
  put_text(IFLA_IFNAME, "eth0");
  put32(IFLA_NET_NS_FD, netns);
  put_mac(0, i);
  one_queue();
  unnest(far);
  unnest(data);
  unnest(info);
  end();
}

static void fill_container(int fd, int i) {
  struct rtmsg route = {
      .rtm_family = AF_INET,
      .rtm_table = RT_TABLE_MAIN,
      .rtm_protocol = RTPROT_BOOT,
      .rtm_scope = RT_SCOPE_UNIVERSE,
      .rtm_type = RTN_UNICAST,
  };
  link_up(LO);
  no_link_local(ETH0);
  link_address(ETH0, address(i));
  link_up(ETH0);
  begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &route, sizeof route);
  put32(RTA_GATEWAY, address(0));
  put32(RTA_OIF, ETH0);
  end();
  flush(fd, NULL);
}

static void count_live_port(const struct nlmsghdr *h) {
  const unsigned *master = attribute(h, sizeof(struct ifinfomsg), IFLA_MASTER);
  if (master != NULL && *master == BRIDGE) count_live_link(h);
}

static void bring_up_bridge(int hub) {
  link_address(BRIDGE, address(0));
  link_up(BRIDGE);
  flush(hub, NULL);
}

/* The descriptors of the namespaces go to `netns`, those of a netlink socket in each to `inside`; [0] is the hub. */
static void build(int n, int live, int *netns, int *inside) {
  for (int i = 0; i <= n; i++) {
    if (unshare(CLONE_NEWNET) < 0) die("unshare");
    netns[i] = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (netns[i] < 0) die("/proc/thread-self/ns/net");
    inside[i] = netlink();
    /* A switch has no use for IPv6 of its own; said before its links exist, it costs nothing a link. */
    if (i == 0) write_text("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  }
  create_bridge();
  flush(inside[0], NULL);
  if (live) bring_up_bridge(inside[0]);
  for (int i = 1; i <= n; i++) {
    create_veth(i, netns[i]);
    if (waiting == BATCH || i == n) flush(inside[0], NULL);
  }
  for (int i = 1; i <= n; i++) fill_container(inside[i], i);
  await_links(inside[0], PORTS + 1, n);
  /* A bridge that was up has its carrier from its ports, late; one that comes up on live ports has it at once. */
  if (live) await_links(inside[0], BRIDGE, 1);
  if (!live) bring_up_bridge(inside[0]);
}

static unsigned expected_source;

static void count_good_route(const struct nlmsghdr *h) {
  const unsigned *gateway = attribute(h, sizeof(struct rtmsg), RTA_GATEWAY);
  const unsigned *source = attribute(h, sizeof(struct rtmsg), RTA_PREFSRC);
  seen += gateway != NULL && *gateway == address(0) && source != NULL && *source == expected_source;
}

/* Asks the kernel: the live ports of the bridge, and each container's way out. */
static int containers(int n, const int *inside) {
  struct ifinfomsg all = {0};
  struct rtmsg lookup = {.rtm_family = AF_INET, .rtm_dst_len = 32};
  seen = 0;
  begin(RTM_GETLINK, NLM_F_DUMP, &all, sizeof all);
  end();
  flush(inside[0], count_live_port);
  int ports = seen;
  seen = 0;
  for (int i = 1; i <= n; i++) {
    expected_source = address(i);
    begin(RTM_GETROUTE, NLM_F_ACK, &lookup, sizeof lookup);
    put32(RTA_DST, inet_addr("203.0.113.1"));
    end();
    flush(inside[i], count_good_route);
  }
  return ports < seen ? ports : seen;
}

/* One echo request, answered before ARP's second try (1 s), or not at all. */
static int pings(int netns, unsigned to) {
  struct timeval patience = {.tv_usec = 800000};
  struct icmphdr echo = {.type = ICMP_ECHO, .checksum = (unsigned short)~htons(ICMP_ECHO << 8)};
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr.s_addr = to};
  char in[256];
  if (setns(netns, CLONE_NEWNET) < 0) die("setns");
  int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (fd < 0 || connect(fd, (void *)&peer, sizeof peer) < 0) die("icmp socket");
  if (send(fd, &echo, sizeof echo, 0) < 0) die("ping");
  ssize_t size;
  do { /* a request to itself comes by first; the type stands after an IPv4 header of 20 bytes */
    size = recv(fd, in, sizeof in, 0);
  } while (size >= 28 && in[20] != ICMP_ECHOREPLY);
  close(fd);
  return size >= 28;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 0, live = 0, check = 0;
  for (int i = 2; i < argc; i++) {
    live |= strcmp(argv[i], "--live") == 0;
    check |= strcmp(argv[i], "--check") == 0;
  }
  if (n < 1 || n > 60000) return fprintf(stderr, "usage: build-floor N [--live] [--check]\n"), 2;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max; /* two descriptors a namespace */
  setrlimit(RLIMIT_NOFILE, &files);
  int *netns = calloc(n + 1, sizeof *netns), *inside = calloc(n + 1, sizeof *inside);
  if (netns == NULL || inside == NULL) die("calloc");

  double start = now_ms();
  build(n, live, netns, inside);
  double ms = now_ms() - start;

  if (check && !(pings(netns[1], address(n)) && pings(netns[1], address(0)))) {
    return fprintf(stderr, "build-floor: the first ping got no answer\n"), 1;
  }
  int there = containers(n, inside);
  if (there != n) return fprintf(stderr, "build-floor: %d of %d containers are there\n", there, n), 1;
  printf("{\"name\":\"%s\",\"n\":%d,\"ms\":%.1f}\n", live ? "floor-live" : "floor", n, ms);
  return 0;
}
