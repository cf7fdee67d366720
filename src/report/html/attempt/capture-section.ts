import type { CaptureTaken } from '../../../runner/events.ts'
import { oneLine } from '../../drawing/visible.ts'
import { html, type Markup } from '../markup.ts'

/** The page shows so many; the file has them all. */
const MOST_ROWS = 500

/** A name that every file system takes. */
function fileName({ node, link }: CaptureTaken): string {
  const plain = [node, link ?? 'all-links'].map(name => name.replace(/[^A-Za-z0-9_.-]+/g, '_'))
  return `${plain.join('-').slice(0, 60)}.pcap`
}

function download(capture: CaptureTaken): Markup {
  const kibibytes = Math.ceil((capture.pcap.length * 3) / 4 / 1024)
  return html`<p>
    <a
      download="${fileName(capture)}"
      href="data:application/vnd.tcpdump.pcap;base64,${capture.pcap}"
      >Download ${fileName(capture)}</a
    >
    <span class="dim">${kibibytes} KiB</span>
  </p>`
}

function captureDetails(capture: CaptureTaken): Markup {
  const { node, link, packets, omittedPackets } = capture
  const name = `${oneLine(node)} ${link === undefined ? 'all links' : oneLine(link)}`
  const count = packets.length + omittedPackets
  const rows = packets.slice(0, MOST_ROWS).map(
    ({ atMs, lengthBytes, text }, i) =>
      html`<tr>
        <td>${i + 1}</td>
        <td>${(atMs / 1000).toFixed(6)}</td>
        <td>${lengthBytes}</td>
        <td><code>${oneLine(text)}</code></td>
      </tr>`,
  )
  const hidden = packets.length - rows.length
  const more = html`<p class="dim">
    ${hidden > 0 && `${hidden} more are in the file. `}${omittedPackets > 0 && `${omittedPackets} more were seen and not kept.`}
  </p>`
  const head = html`<tr>
    <th scope="col">No.</th>
    <th scope="col">Time (s)</th>
    <th scope="col">Bytes</th>
    <th scope="col">Packet</th>
  </tr>`
  const table = html`<div class="scroll" tabindex="0" role="group" aria-label="Packets of ${name}">
    <table class="packets">
      <thead>
        ${head}
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
  return html`<details class="part">
    <summary>${name} <span class="dim">${count} packet${count !== 1 && 's'}</span></summary>
    ${download(capture)}${rows.length > 0 && table}${more}
  </details>`
}

/** What was captured: a table to read, a file for Wireshark. */
export function captureSection(captures: readonly CaptureTaken[]): Markup | undefined {
  if (captures.length === 0) return undefined
  return html`<section class="captures">
    <h4>Captures</h4>
    ${captures.map(captureDetails)}
  </section>`
}
