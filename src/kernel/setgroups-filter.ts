import fs from 'node:fs'
import path from 'node:path'

/** What a filter needs to know of a processor: linux/audit.h, asm/unistd.h. */
const PROCESSORS: Readonly<Record<string, { audit: number; prctl: number; setgroups: number }>> = {
  x64: { audit: 0xc000003e, prctl: 157, setgroups: 116 },
  arm64: { audit: 0xc00000b7, prctl: 167, setgroups: 159 },
}

const hasPerl = () =>
  (process.env['PATH'] ?? '').split(':').some(folder => fs.existsSync(path.join(folder, 'perl')))

/** linux/filter.h: an instruction of classic BPF. */
function instruction(code: number, k: number, [jt, jf] = [0, 0]): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(jt, 2)
  bytes.writeUInt8(jf, 3)
  bytes.writeUInt32LE(k, 4)
  return bytes
}

/** BPF_LD | BPF_W | BPF_ABS; BPF_JMP | BPF_JEQ | BPF_K; BPF_RET | BPF_K */
const LOAD = 0x20
const IF = 0x15
const RETURN = 0x06
/** linux/seccomp.h: struct seccomp_data, and what a filter returns */
const NUMBER = 0
const ARCHITECTURE = 4
const ALLOW = 0x7fff0000
const ERRNO_0 = 0x00050000

/**
 * A command that runs the one behind it where setgroups(2) does nothing and succeeds. In a user
 * namespace with one user it is refused, and programs that let go of root's groups (tcpdump, dnsmasq)
 * then end; there are no groups to let go of. Perl is on every Debian, and can make the call.
 *
 * @returns words; none without Perl, or for a processor whose calls are not known
 */
export function withoutSetgroups(architecture: string = process.arch): string[] {
  const processor = PROCESSORS[architecture]
  if (processor === undefined || !hasPerl()) return []
  const { audit, prctl, setgroups } = processor
  const filter = Buffer.concat([
    instruction(LOAD, ARCHITECTURE),
    instruction(IF, audit, [0, 3]),
    instruction(LOAD, NUMBER),
    instruction(IF, setgroups, [0, 1]),
    instruction(RETURN, ERRNO_0),
    instruction(RETURN, ALLOW),
  ])
  // PR_SET_SECCOMP, SECCOMP_MODE_FILTER; struct sock_fprog
  const script = [
    `my $f = pack("H*", "${filter.toString('hex')}")`,
    `my $p = pack("S x6 P", ${filter.length / 8}, $f)`,
    `syscall(${prctl}, 22, 2, $p)`,
    'exec @ARGV or exit 127',
  ].join('; ')
  return ['perl', '-e', script, '--']
}
