import type { Row } from './row.js'

/** What descriptors have to say before anything is made of them. @see https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md */
export const DESCRIPTOR_ROWS: readonly Row[] = [
  row(
    'DIST-DSC-01',
    'MUST',
    'an id has letters, digits, ".", "/" and "-", is not reserved, and is not there in other case',
    ['id-charset', 'id-reserved', 'id-case-collision'],
  ),
  {
    ...row('DIST-DSC-02', 'MUST', 'a version is X.Y.Z without leading zeros', ['version-format', 'version-missing']),
    judged: [
      { by: 'rules', ids: ['version-format', 'version-missing'] },
      { by: 'nobody', why: 'that versions increase only those that were published before would tell' },
    ],
  },
  row('DIST-DSC-03', 'MUST', 'api is there, and the lowest that will do', [
    'api-missing',
    'api-malformed',
    'api-newer-than-needed',
  ]),
  row('DIST-DSC-04', 'MUST', 'a composite has no programs, no stacks and no targets', [
    'order-composite-with-bin',
    'target-on-composite',
  ]),
  row('DIST-DSC-05', 'MUST', 'a component has bin/detect and bin/build', [
    'file-bin-detect-missing',
    'file-bin-build-missing',
  ]),
  row('DIST-DSC-06', 'MUST', 'sbom-formats are those that the specification knows', ['sbom-format-invalid']),
  row('DIST-DSC-07', 'SHOULD', 'targets are declared, in words of the OCI', [
    'target-undeclared',
    'target-unknown-identifier',
  ]),
  row('DIST-DSC-08', 'MUST', 'stack * has no mixins', ['stack-wildcard-mixins']),
  row('DIST-DSC-09', 'MUST', 'an id for the buildpack registry is namespace/name', ['id-not-registry-shaped']),
]

function row(id: string, level: Row['level'], summary: string, ids: readonly string[]): Row {
  return { id, level, authority: ['B'], summary, judged: [{ by: 'rules', ids }] }
}
