import { PROGRAMS_PATH, STAND_INS } from './stand-ins.ts'

/** So many processes, and no more. */
const PROCESSES = 400
/** No file is larger. */
const FILE_BYTES = 24 << 20

/**
 * What makes a process a simulated machine. It begins with namespaces of ours for mounts and
 * processes, in which it goes into `$1` and lets go of everything else. Then it becomes the root of a
 * user namespace of its own, with a network of its own: whatever a document does from there on, it can
 * neither see nor undo what was made before.
 *
 * Its root is our own user where that is an ordinary one. Where we are root for real, a process that
 * stays outside says that its root is user `$2`, as user_namespaces(7) wants it, and it waits for that
 * and for the groups, which come last:
 * systems that let ordinary users make no user namespaces ask who makes it.
 *
 * bash reads no file of anybody's: with a socket for its input it would.
 *
 * The first line that it reads is its name. The shell that it ends as reads what we type on descriptor
 * 0. What a document types is read by another one, on 3; when that one ends there is a new one, as
 * after `exit` on a terminal.
 */
export const machineScript = `set -eu
cd "$1"
mount -t proc -o nosuid,nodev,noexec proc proc
pivot_root . .old
cd /
umount -l .old
rmdir .old
# What whoever started us has left open, and Node hands on.
for fd in /proc/self/fd/*; do
  [ "\${fd##*/}" -le 4 ] || eval "exec \${fd##*/}>&-"
done
inside=$3
if [ -n "$2" ]; then
  groups=--clear-groups map=--keep-caps
  (
    while [ /proc/self/ns/user -ef /proc/1/ns/user ]; do sleep 0.002; done
    for map in uid_map gid_map; do echo "0 $2 1" >/proc/1/$map; done
  ) &
  become="until read -r _ </proc/self/gid_map; do sleep 0.002; done
exec setpriv --reuid=0 --regid=0 --keep-groups"
else
  groups='' map=--map-root-user become=exec
fi
shift 3
# What is left of the words makes setgroups(2) harmless.
command -v "\${1-perl}" >/dev/null || shift $#
exec prlimit --nproc=${PROCESSES} --core=0 --nofile=4096 --fsize=${FILE_BYTES} \\
  setpriv --no-new-privs $groups "$@" \\
  unshare --user $map --net --mount --uts --ipc -- \\
  bash --norc -c "$become bash --norc -c \\"\\$1\\"" bash "$inside"
`

/** The second half, from within. */
export const insideScript = `
# Of the real machine's it shows; to write to it lets its owner alone: the links are this machine's.
for write in rw ro; do
  mount -t sysfs -o "$write,nosuid,nodev,noexec" sysfs /sys 2>/dev/null && break
done
ip link set lo up
cd /root
# Nobody sees what this machine was called before: a shell asks when it starts.
IFS= read -r name
hostname "$name"
# With job control, what is in the background does not ignore Ctrl-C.
set -m
(
  while :; do
    bash --norc --noprofile
    printf "\\036ended\\036"
  done
) <&3 >&4 2>&4 3<&- 4>&- &
set +m
exec bash --norc --noprofile 3<&- 4>&-
`

/** What the shells of a machine know; nothing of whoever runs the walk. */
export const machineEnvironment: Readonly<Record<string, string>> = {
  PATH: `${STAND_INS}:${PROGRAMS_PATH}`,
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  TERM: 'xterm',
  // As in a shell that somebody types into.
  BASHOPTS: 'expand_aliases',
}
