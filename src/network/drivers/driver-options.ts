import { UsageError } from '../../errors.ts'

export type OptionType = 'boolean' | 'string' | 'number'

/** What one driver takes besides what all networks take. */
export interface OptionTable {
  driver: string
  types: Readonly<Record<string, OptionType | readonly OptionType[]>>
}

/** A `UsageError` TNET_NETWORK_OPTION about one option of a network. */
export function wrongOption(
  { driver, types }: OptionTable,
  network: string,
  { option, reason }: { option: string; reason: string },
): UsageError {
  const names = Object.keys(types)
  return new UsageError(`network "${network}": ${reason}`, {
    code: 'TNET_NETWORK_OPTION',
    facts: { option },
    hint: `a ${driver} network takes ${names.length === 0 ? 'no options of its own' : names.join(', ')}`,
  })
}

/** Refuses options that the driver does not know, or of another type. */
export function checkOptions(
  table: OptionTable,
  network: string,
  options: Readonly<Record<string, unknown>>,
): void {
  for (const [option, value] of Object.entries(options)) {
    const type = Object.hasOwn(table.types, option) ? table.types[option] : undefined
    if (type === undefined) {
      throw wrongOption(table, network, { option, reason: `there is no option "${option}"` })
    }
    if (value === undefined || [type].flat().includes(typeof value as OptionType)) continue
    const reason = `"${option}" is a ${[type].flat().join(' or ')}, not ${JSON.stringify(value)}`
    throw wrongOption(table, network, { option, reason })
  }
}

/** Refuses a largest packet that no link has. */
export function checkMtu(table: OptionTable, network: string, mtu: number | undefined): void {
  // ETH_MIN_MTU and ETH_MAX_MTU of linux/if_ether.h.
  if (mtu === undefined || (Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535)) return
  const reason = `"mtu" is from 68 to 65535 bytes, not ${mtu}`
  throw wrongOption(table, network, { option: 'mtu', reason })
}
