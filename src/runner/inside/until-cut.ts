import type { WalkListener } from '../../walkthrough/walk-listener.ts'

/**
 * Hears of a walk until `cut` rejects: what becomes of commands when their machines end says nothing
 * of the document.
 */
export function untilCut(cut: Promise<never>, listener: WalkListener): WalkListener {
  const { grown, typed } = listener
  let isCut = false
  cut.catch(() => (isCut = true))
  return {
    planned: (...plan) => listener.planned(...plan),
    ...(typed === undefined ? {} : { typed }),
    walked: step => {
      if (!isCut) listener.walked(step)
    },
    ...(grown === undefined
      ? {}
      : {
          grown: async line => {
            if (!isCut) await grown(line)
          },
        }),
    over: (...end) => {
      if (!isCut) listener.over(...end)
    },
  }
}
