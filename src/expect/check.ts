import type { Facts, TnetError } from '../errors.ts'

/** What one look found. */
export interface Attempt {
  /** Whether what is asserted is so. */
  ok: boolean
  /** Part of it is so: not enough for the assertion, too much for `not`. */
  partly?: boolean
  /** What was found, in the words of whoever found it. */
  received: string
  /**
   * Why this look says nothing about the assertion, as when the name is unknown. It is thrown,
   * under `not` as well; `eventually` looks again first.
   */
  unusable?: TnetError
}

/** What else is known of a failure. */
export interface Explanation {
  facts: Facts
  /** One thing to try. */
  hint?: string
  /** A command that looks at just what went wrong. */
  command?: string
}

/** An assertion as data: who asserts what, how to look once, and what to type to look by hand. */
export interface Check {
  /** The one who acts, what is asserted and of whom: `web pings db (10.0.1.3)`. */
  title: string
  /** The same with "does not": `web does not ping db (10.0.1.3)`. */
  negated: string
  expected: string
  /** What is expected under `not`. */
  unexpected: string
  /** A command that looks once. */
  command: string
  look: () => Promise<Attempt>
  /** Asked once, when it was expected and is not so. */
  explain?: () => Promise<Explanation>
}
