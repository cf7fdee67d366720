import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '../errors.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A command's arguments; anything it does not know is a `UsageError` that names its help. */
export function parseCommand<T extends Options>(command: string, args: string[], options: T) {
  try {
    return parseArgs({
      args,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    } as const)
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/\.\s/)
    throw new UsageError(first, {
      code: 'TNET_ARGUMENT_INVALID',
      hint: `see tnet-lab ${command} --help`,
    })
  }
}

/** Seconds on the command line as milliseconds. */
export function seconds(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 86_400) return value * 1000
  throw new UsageError(`--${name} takes seconds, not ${JSON.stringify(text)}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: `--${name} 60; fractions are fine, a day is the most`,
  })
}

/** A number of the command line. */
export function numeral(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  throw new UsageError(`--${name} takes a number from ${least}, not ${JSON.stringify(text)}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: `--${name} ${Math.max(least, 1)}`,
  })
}
