/** A name of at most `limit` characters, its end cut off. */
export function clipped(name: string, limit: number): string {
  if (name.length <= limit) return name
  const end = /[\ud800-\udbff]/.test(name.charAt(limit - 2)) ? limit - 2 : limit - 1
  return `${name.slice(0, end)}…`
}
