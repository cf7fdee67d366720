import { libcCalls } from '../../kernel/libc.ts'

/** asm-generic/resource.h */
const RLIMIT_DATA = 2

/**
 * Whatever this process, or one that it starts, takes beyond the limit is refused by the kernel.
 * Since Linux 4.7 that counts all private memory that can be written to. The environment has it in
 * bytes, as the one who made the sandbox says.
 */
export function limitMemory(): void {
  const bytes = process.env['TNET_MEMORY_BYTES']
  if (bytes === undefined) return
  delete process.env['TNET_MEMORY_BYTES']
  const limits = Buffer.alloc(16)
  limits.writeBigUInt64LE(BigInt(bytes), 0)
  limits.writeBigUInt64LE(BigInt(bytes), 8)
  libcCalls.setrlimit(RLIMIT_DATA, limits)
}
