/** The loop of bench/many-scenarios.ts, from within a sandbox; prints its milliseconds. */
const built = new URL('../dist/index.js', import.meta.url).href
const { expect, Lab } = (await import(built)) as typeof import('../src/index.ts')

async function once(): Promise<void> {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const [web, app] = await blue.containers(['web', 'app'])
  if (web === undefined || app === undefined) throw new Error('two were asked for')
  await expect(web).toPing(app)
}

const start = performance.now()
for (let i = 0; i < Number(process.argv[2] ?? 200); i++) await once()
console.log(performance.now() - start)
