import type { Lab } from '../../src/lab/lab.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { Story, type StorySettings, type Telling } from '../../src/scenario/story.ts'

/** How a story went, as its listener heard it. */
export interface Told {
  /** `begins 1 outer`, `passed 1 outer`, `note …`, in order. */
  heard: string[]
  thrown: unknown
  story: Story
}

/** No script of these tests builds anything. */
const noLab = {} as Lab

/** Begins to tell a scenario; `heard` grows while it is told. */
export function begin(
  scenario: Scenario,
  telling: Telling = {},
  settings: Partial<StorySettings> = {},
) {
  const heard: string[] = []
  const story = new Story(
    scenario,
    noLab,
    {
      stepStart: ({ number, path }) => heard.push(`begins ${number} ${path.join(' > ')}`),
      stepEnd: ({ number, path }, status) => heard.push(`${status} ${number} ${path.join(' > ')}`),
      expectation: (_, { title, status }) => heard.push(`${status} ${title}`),
      note: text => heard.push(`note ${text}`),
    },
    { random: () => 0.5, ...settings },
  )
  const told = story.tell(telling).then(
    (): Told => ({ heard, thrown: undefined, story }),
    (thrown: unknown): Told => ({ heard, thrown, story }),
  )
  return { told, heard, story }
}

/** Tells a scenario to its end. */
export function tell(...args: Parameters<typeof begin>): Promise<Told> {
  return begin(...args).told
}

/** Something that rejects when it is told to. */
export function stopper(): { stopped: Promise<never>; stop: (reason: Error) => void } {
  let stop: (reason: Error) => void = () => {}
  const stopped = new Promise<never>((_, reject) => (stop = reject))
  stopped.catch(() => {})
  return { stopped, stop }
}
