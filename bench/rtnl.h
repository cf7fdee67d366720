/* rtnetlink, written by hand: messages pile up in one buffer, one send carries them, every answer is read. */
#ifndef TNET_BENCH_RTNL_H
#define TNET_BENCH_RTNL_H

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char out[1 << 16];
static size_t out_len;
static unsigned waiting, sequence;
static struct nlmsghdr *message;

static void die(const char *what) {
  fprintf(stderr, "build-floor: %s: %s\n", what, strerror(errno));
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

#endif
