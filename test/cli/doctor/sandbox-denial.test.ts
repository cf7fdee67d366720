import t from 'tap'
import { explainDenial } from '../../../src/cli/doctor/sandbox-denial.ts'

const usable = { '/proc/sys/user/max_user_namespaces': '96365' }
const denied = 'unshare: unshare failed: Operation not permitted'
const unmapped = 'unshare: write failed /proc/self/uid_map: Operation not permitted'
const sudo = 'sudo env "PATH=$PATH" tnet-lab doctor'
const packages = 'sudo apt-get install -y --no-install-recommends util-linux'

const rows: {
  name: string
  said?: string
  code?: string
  rootless?: boolean
  files?: Record<string, string>
  reason: RegExp
  commands: string[]
}[] = [
  {
    name: 'Ubuntu 24.04 has AppArmor in the way',
    said: unmapped,
    files: { ...usable, '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1' },
    reason: /AppArmor/,
    commands: ['sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0', sudo],
  },
  {
    name: 'Debian 10 had a switch of its own',
    files: { ...usable, '/proc/sys/kernel/unprivileged_userns_clone': '0' },
    reason: /only root/,
    commands: ['sudo sysctl -w kernel.unprivileged_userns_clone=1', sudo],
  },
  {
    name: 'no user namespaces may be made',
    said: 'unshare: unshare failed: No space left on device',
    files: { '/proc/sys/user/max_user_namespaces': '0' },
    reason: /^user\.max_user_namespaces is 0$/,
    commands: ['sudo sysctl -w user.max_user_namespaces=15000'],
  },
  {
    name: 'root needs no user namespaces, but network namespaces',
    rootless: false,
    files: {
      '/proc/sys/user/max_user_namespaces': '0',
      '/proc/sys/user/max_net_namespaces': '0',
    },
    reason: /^user\.max_net_namespaces is 0$/,
    commands: ['sudo sysctl -w user.max_net_namespaces=15000'],
  },
  {
    name: 'a container without privileges',
    files: { ...usable, '/.dockerenv': '' },
    reason: /this container.*not permitted/,
    commands: ['docker run --privileged …'],
  },
  {
    name: 'a kernel without user namespaces',
    said: 'unshare: unshare failed: Invalid argument',
    files: {},
    reason: /no user namespaces/,
    commands: [sudo],
  },
  { name: 'who knows', files: usable, reason: /Operation not permitted/, commands: [sudo] },
  { name: 'no setpriv', said: '', code: 'ENOENT', reason: /^setpriv is/, commands: [packages] },
  {
    name: 'no unshare',
    said: 'setpriv: failed to execute unshare: No such file or directory',
    reason: /^unshare is missing/,
    commands: [packages],
  },
  {
    name: "BusyBox's unshare",
    said: "unshare: unrecognized option '--kill-child=SIGKILL'",
    reason: /not that of util-linux/,
    commands: [packages],
  },
]

for (const { name, said = denied, code, rootless = true, files = {}, reason, commands } of rows) {
  t.test(name, async t => {
    const read = (file: string) => files[file]
    const explained = explainDenial({ rootless, said, code, read })
    t.match(explained.reason, new RegExp(reason, 'i'))
    t.same(explained.commands, commands)
  })
}
