import { once } from 'node:events'
import net from 'node:net'

/**
 * What happens to what passes through. Of `requests` none arrives, until `deliver`, whether their
 * client is still there or not; of `answers` none ever does.
 */
export type Loss = 'nothing' | 'requests' | 'answers'

/** A client waits for longer than this. */
const GIVES_UP_MS = 200

interface Pair {
  readonly client: net.Socket
  readonly server: net.Socket
  readonly held: { chunk: Buffer; at: number }[]
  loss: Loss
}

/** A way to a server on which things get lost. */
export class LossyRelay implements AsyncDisposable {
  readonly #server: net.Server
  readonly #pairs = new Set<Pair>()
  #later: Loss = 'nothing'
  #seen = 0

  private constructor(port: number) {
    this.#server = net.createServer(client => this.#open(client, port))
  }

  static async to(endpoint: string): Promise<LossyRelay> {
    const relay = new LossyRelay(Number(new URL(endpoint).port))
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening')
    return relay
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`
  }

  /** From now on, on connections that are open; on later ones too if it says so. */
  lose(loss: Loss, { later = false }: { later?: boolean } = {}): void {
    for (const pair of this.#pairs) pair.loss = loss
    this.#later = later ? loss : 'nothing'
  }

  /** How many pieces have come by, from either side. */
  get seen(): number {
    return this.#seen
  }

  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy()
      server.destroy()
    }
    this.#pairs.clear()
  }

  /**
   * Lets requests that were held go on to the server, but not that their client then gave up.
   *
   * @returns how many bytes that were.
   */
  deliver(): number {
    let bytes = 0
    for (const { server, held } of this.#pairs) {
      const [first] = held
      for (const { chunk, at } of held.splice(0)) {
        if (at > first!.at + GIVES_UP_MS) break
        bytes += chunk.length
        server.write(chunk)
      }
    }
    return bytes
  }

  #open(client: net.Socket, port: number): void {
    const server = net.connect(port, '127.0.0.1')
    const pair: Pair = { client, server, held: [], loss: this.#later }
    this.#pairs.add(pair)
    client.on('data', chunk => {
      this.#seen += 1
      if (pair.loss === 'requests') pair.held.push({ chunk, at: performance.now() })
      else server.write(chunk)
    })
    server.on('data', chunk => {
      this.#seen += 1
      if (pair.loss !== 'answers') client.write(chunk)
    })
    client.on('error', () => undefined)
    server.on('error', () => undefined)
    // A client that gives up does not take back what it has sent.
    client.on('close', () => {
      if (pair.held.length === 0) server.destroy()
    })
    server.on('close', () => {
      client.destroy()
      this.#pairs.delete(pair)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await once(this.#server.close(), 'close')
  }
}
