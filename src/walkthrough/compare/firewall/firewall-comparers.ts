import type { Comparer } from '../comparison.ts'
import { listed } from './listed.ts'
import { rules } from './rules.ts'

/** What lists rules, sets and tracked connections. */
export const firewallComparers: readonly Comparer[] = [rules, listed]
