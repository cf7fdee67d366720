/**
 * Puts back what a sandbox was started without (spawn-sandbox.ts), for what a script starts in it:
 * Node reads that variable when it starts, and never again.
 */
export function restoreExtraCertificates(): void {
  const file = process.env['TNET_EXTRA_CA_CERTS']
  if (file === undefined) return
  delete process.env['TNET_EXTRA_CA_CERTS']
  process.env['NODE_EXTRA_CA_CERTS'] = file
}
