import { dedent } from './dedent.ts'

/** Passes on every machine that can run scenarios, and shows what they are made of. */
export const firstScenario = dedent`
  /**
   *   web .2 ─┐
   *           ├─ blue 10.0.1.1/24 ── host
   *   app .3 ─┘
   */
  import { expect, scenario } from 'tnet-lab'

  export default scenario('two containers share a bridge', async ({ lab, step }) => {
    const host = await lab.host('host')
    const blue = await host.bridge('blue', '10.0.1.1/24')
    const web = await blue.container('web')
    const app = await blue.container('app')

    await step('they reach each other, and nobody who is not there', async () => {
      await expect(app).toPing(web)
      await expect(app).not.toPing('10.0.1.77')
    })

    await step('web knows who asks', async () => {
      await using site = await web.serve(80, request => \`hello \${request.peer}\`)
      await expect(app).toCurl(site, { status: 200, body: 'hello 10.0.1.3' })
    })

    await step('a rule on web keeps pings out', async () => {
      await web.$\`iptables -A INPUT -p icmp -j DROP\`
      await expect(app).not.toPing(web)
    })
  })
`

export const config = dedent`
  import { defineConfig } from 'tnet-lab'

  export default defineConfig({
    files: ['scenarios'],
    timeoutMs: 30_000,
    // The second is tnet-lab-report/index.html: what each scenario built and did, with drawings.
    reporters: ['terminal', 'html'],
  })
`

/** `bundler` resolves a package of ES modules from any folder, whatever its package.json says. */
export const tsconfig = dedent`
  {
    "compilerOptions": {
      "target": "es2022",
      "lib": ["es2023", "esnext.disposable"],
      "module": "esnext",
      "moduleResolution": "bundler",
      "types": ["node"],
      "strict": true,
      "skipLibCheck": true,
      "allowImportingTsExtensions": true,
      "noEmit": true
    },
    "include": ["scenarios", "tnet-lab.config.ts"]
  }
`
