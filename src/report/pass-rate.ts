export interface RepeatCounts {
  repeats: number
  passed: number
  skipped: number
}

/** `4 of 5 passed`, `4 of 5 passed, 2 skipped`, `skipped 3 times`: what was skipped did not fail. */
export function passRate({ repeats, passed, skipped }: RepeatCounts, hasPercent: boolean): string {
  const ran = repeats - skipped
  if (ran === 0) return `skipped ${repeats} times`
  const percent = hasPercent ? ` (${Math.floor((100 * passed) / ran)} %)` : ''
  const besides = skipped > 0 ? `, ${skipped} skipped` : ''
  return `${passed} of ${ran} passed${percent}${besides}`
}
