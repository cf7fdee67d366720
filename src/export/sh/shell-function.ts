/** What a script may call, and what that calls. */
export interface ShellFunction {
  text: string
  calls?: readonly string[]
  /** Programs, and the Debian packages that have them. */
  tools?: Readonly<Record<string, string>>
}
