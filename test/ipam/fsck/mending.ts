import type { Test } from 'tap'
import type { Ipam } from '../../../src/ipam/ipam.ts'

/** Damage, what names it, and whether repair brings back exactly what was. */
export type Damage<A> = readonly [
  label: string,
  damage: (a: A) => Promise<unknown>,
  code: string,
  message: RegExp,
  isRestored: boolean,
]

interface Arranged {
  ipam: Ipam
  dump: () => Promise<string[]>
}

/** Checks that each damage is named, is left alone by looking, and is mended for good. */
export async function checkMending<A extends Arranged>(
  t: Test,
  damages: readonly Damage<A>[],
  arranged: () => Promise<A>,
  afterwards: (a: A, label: string) => Promise<unknown>,
): Promise<void> {
  for (const [label, damage, code, message, isRestored] of damages) {
    const a = await arranged()
    const before = await a.dump()
    await damage(a)
    const damaged = await a.dump()
    const { findings, isClean } = await a.ipam.fsck()
    t.notOk(isClean, label)
    const isNamed = findings.some(f => f.code === `TNET_FSCK_${code}` && message.test(f.message))
    t.ok(isNamed, label)
    if (!isNamed) t.comment(findings)
    t.same(await a.dump(), damaged, `${label}: looking changes nothing`)
    const repaired = await a.ipam.fsck({ repair: true })
    t.ok(repaired.isClean && repaired.findings.length > 0, `${label}: repaired`)
    t.same((await a.ipam.fsck()).findings, [], `${label}: for good`)
    if (isRestored) t.same(await a.dump(), before, `${label}: as it was`)
    await afterwards(a, label)
  }
}
