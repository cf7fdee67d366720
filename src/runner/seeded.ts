/** A number from text: FNV-1a, 32 bits. */
function digest(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/**
 * Numbers from 0 to 1, less than 1, as random as `Math.random`; the same ones for the same seed and
 * text, and others for each scenario. (A counter through the mixer of splitmix32.)
 */
export function seeded(seed: number, text: string): () => number {
  let state = (digest(text) ^ seed) >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}
