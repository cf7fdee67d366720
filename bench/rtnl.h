/*
 * rtnetlink, written by hand: messages pile up in one buffer, one send carries them, every answer is read. And what else
 * the floors have in common. _GNU_SOURCE is defined before it.
 */
#ifndef TNET_BENCH_RTNL_H
#define TNET_BENCH_RTNL_H

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* 32 answers with a link in each fit into the default receive buffer (net.core.rmem_default). */
enum { BATCH = 32 };

enum { ADDR_GEN_MODE_NONE = 1 }; /* IN6_ADDR_GEN_MODE_NONE, linux/if_link.h */

static char out[1 << 16];
static size_t out_len;
static unsigned waiting, sequence;
static struct nlmsghdr *message;

static void die(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
  exit(1);
}

static void append(const void *data, size_t size) {
  memcpy(out + out_len, data, size);
  memset(out + out_len + size, 0, NLMSG_ALIGN(size) - size);
  out_len += NLMSG_ALIGN(size);
}

static void put(int type, const void *data, size_t size) {
  struct rtattr head = {.rta_type = type, .rta_len = RTA_LENGTH(size)};
  append(&head, sizeof head);
  append(data, size);
}

static void put8(int type, unsigned char value) { put(type, &value, sizeof value); }
static void put32(int type, unsigned value) { put(type, &value, sizeof value); }
static void put_text(int type, const char *text) { put(type, text, strlen(text) + 1); }

static size_t nest(int type) {
  size_t at = out_len;
  put(type | NLA_F_NESTED, "", 0);
  return at;
}

static void unnest(size_t at) { ((struct rtattr *)(out + at))->rta_len = out_len - at; }

static void begin(int type, int flags, const void *body, size_t size) {
  message = (struct nlmsghdr *)(out + out_len);
  struct nlmsghdr head = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = ++sequence};
  append(&head, sizeof head);
  append(body, size);
}

static void end(void) {
  message->nlmsg_len = out + out_len - (char *)message;
  waiting++;
}

typedef void on_answer(const struct nlmsghdr *answer);

/* One send for all that was written, then every answer: an ack, or NLMSG_DONE after a dump. */
static void flush(int fd, on_answer *on) {
  static char in[1 << 16];
  if (out_len > 0 && send(fd, out, out_len, 0) != (ssize_t)out_len) die("send");
  out_len = 0;
  while (waiting > 0) {
    int size = recv(fd, in, sizeof in, 0);
    if (size < 0) die("recv");
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
      if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
        errno = h->nlmsg_type == NLMSG_DONE ? 0 : -((struct nlmsgerr *)NLMSG_DATA(h))->error;
        if (errno != 0) die("the kernel refused a message");
        waiting--;
      } else if (on != NULL) {
        on(h);
      }
    }
  }
}

static const void *attribute(const struct nlmsghdr *h, size_t body, int type) {
  int left = NLMSG_PAYLOAD(h, body);
  struct rtattr *a = (void *)((char *)NLMSG_DATA(h) + NLMSG_ALIGN(body));
  for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
    if (a->rta_type == type) return RTA_DATA(a);
  return NULL;
}

static int netlink(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), on = 1;
  if (fd < 0) die("netlink socket");
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  return fd;
}

static void link_head(int type, int flags, int index, unsigned up) {
  struct ifinfomsg link = {.ifi_index = index, .ifi_flags = up, .ifi_change = up};
  begin(type, NLM_F_ACK | flags, &link, sizeof link);
}

static void link_up(int index) {
  link_head(RTM_NEWLINK, 0, index, IFF_UP);
  end();
}

/* No link-local address: nothing else keeps duplicate address detection and MLD off the bridge. */
static void no_link_local(int index) {
  link_head(RTM_SETLINK, 0, index, 0);
  size_t spec = nest(IFLA_AF_SPEC);
  size_t family = nest(AF_INET6);
  put8(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE);
  unnest(family);
  unnest(spec);
  end();
}

/* What answers are counted in. */
static int seen;

/* Operational, not only administratively up: IFF_UP alone says nothing about the carrier. */
static void count_live_link(const struct nlmsghdr *h) {
  const unsigned char *state = attribute(h, sizeof(struct ifinfomsg), IFLA_OPERSTATE);
  seen += state != NULL && *state == IF_OPER_UP;
}

/*
 * A port forwards once the kernel's link watch has seen its carrier, and that runs in a worker of its own: without
 * this a quarter of the first pings wait a second for ARP's second try. RTM_GETLINK runs the link watch for the link
 * that it is asked for; on a kernel too old for that, asking until the link is up is what helps.
 */
static void await_links(int fd, int first, int count) {
  for (; count > 0; first += BATCH, count -= BATCH) {
    int some = count < BATCH ? count : BATCH;
    do {
      seen = 0;
      for (int i = 0; i < some; i++) {
        link_head(RTM_GETLINK, 0, first + i, 0);
        put32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        end();
      }
      flush(fd, count_live_link);
    } while (seen < some);
  }
}

static void write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) die(path);
  close(fd);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

#endif
