/** One way in which our verdict is not that of pack, with the recorded cases that show it. */
export interface Difference {
  /** What the input has. */
  readonly input: string
  readonly trowel: 'accepts' | 'refuses'
  /** The rule that refuses it. */
  readonly rule?: string
  readonly why: string
  readonly cases: readonly string[]
}

/** Every difference between our verdicts and the recorded ones of pack. The documentation has the same rows. */
export const DIFFERENCES: readonly Difference[] = [
  {
    input: 'an id with `@`, `:`, `%`, `?`, `#`, `\\`, a control character or anything outside ASCII',
    trowel: 'refuses',
    rule: 'id-charset',
    why: 'such an id cannot be told from the punctuation around it, and with letters outside ASCII pack drops the files of the module without a word',
    cases: ['ids-18', 'ids-19', 'ids-20', 'ids-21', 'ids-23', 'ids-r03', 'ids-r08', 'ids-r09', 'ids-r13'],
  },
  {
    input: 'an id that begins or ends with `/`, has an empty part, or is `.` or `..`',
    trowel: 'refuses',
    rule: 'id-path-unsafe',
    why: 'it makes no folder of its own; with `..` pack makes a builder that lacks the module',
    cases: ['ids-03', 'ids-04', 'ids-06'],
  },
  {
    input: 'an id that the specification reserves: `app`, `config`, `generated`, `sbom`',
    trowel: 'refuses',
    rule: 'id-reserved',
    why: 'the folder below `/layers` has another meaning',
    cases: ['ids-10', 'ids-11', 'ids-12', 'ids-13', 'ids-r04', 'ids-r12'],
  },
  {
    input: 'a version with other characters than letters, digits and `.+_~-`',
    trowel: 'refuses',
    rule: 'version-path-unsafe',
    why: 'it is the name of a folder: a slash makes two of it, and outside ASCII pack drops the files',
    cases: ['ids-09', 'ids-37', 'ids-38', 'ids-r07'],
  },
  {
    input: 'two ids that differ only in `/` and `_`',
    trowel: 'refuses',
    rule: 'id-escape-collision',
    why: 'both have one folder, and of equal versions the later layer covers the earlier one',
    cases: ['ids-44'],
  },
  {
    input: 'two ids that differ only in case',
    trowel: 'refuses',
    rule: 'id-case-collision',
    why: 'the specification wants ids to differ in more than case',
    cases: ['ids-45'],
  },
  {
    input: 'one id and version with different content',
    trowel: 'refuses',
    rule: 'module-content-conflict',
    why: 'pack takes the last one, whatever the order meant',
    cases: ['orderext-23', 'same-02', 'same-07', 'same-08', 'same-09', 'same-r02', 'same-r03', 'same-r05'],
  },
  {
    input: 'composites that name each other in a circle',
    trowel: 'refuses',
    rule: 'order-composite-cycle',
    why: 'the detector of the lifecycle crashes on it',
    cases: ['composite-17', 'package-27'],
  },
  {
    input: 'a composite that names itself',
    trowel: 'refuses',
    rule: 'order-composite-self',
    why: 'the detector of the lifecycle crashes on it',
    cases: ['composite-18'],
  },
  {
    input: 'a `[[build.env]]` name with other characters than letters, digits, `_` and `.`',
    trowel: 'refuses',
    rule: 'build-env-name',
    why: 'it is the name of a file, and `../../x` leaves the folder; a dot only gets a warning',
    cases: ['env-25', 'env-26', 'env-27', 'env-28'],
  },
  {
    input: '`--label` with a name that the builder writes itself',
    trowel: 'refuses',
    rule: 'label-reserved',
    why: 'pack replaces the value without a word',
    cases: ['labels-14', 'labels-15', 'labels-17'],
  },
  {
    input: 'a build image whose CNB_USER_ID is 0, negative or above 2147483647',
    trowel: 'refuses',
    rule: 'base-cnb-env-missing',
    why: 'builds would run as root, or as nobody that a tar header can name',
    cases: ['base-08', 'base-09'],
  },
  {
    input: 'a build image that sets one variable twice, or has an entry without `=`',
    trowel: 'refuses',
    rule: 'base-env',
    why: 'pack takes the first value, container engines the last; what has no value is no variable',
    cases: ['base-14'],
  },
  {
    input: '`WithLinuxBuild` or `WithWindowsBuild` in buildpack.toml',
    trowel: 'accepts',
    why: 'a private field of pack that leaks into the file, where `pack buildpack new` writes it; it is not read',
    cases: ['targets-50'],
  },
  {
    input: 'a package whose buildpacks have no stack in common, when another one follows that has',
    trowel: 'refuses',
    rule: 'stack-intersection-masked',
    why: 'pack starts anew with the stacks of the next one, and so promises stacks on which only that one runs',
    cases: ['package-05', 'package-06', 'package-r06', 'package-r17'],
  },
]

/** Cases that this test does not judge, and why. */
export const LATER: ReadonlyMap<string, string> = new Map([
  ['flags-42', '--append-image-name-suffix comes with several platforms'],
])

/** The rules and codes that refuse what pack refuses for a reason. Those of reading files stand in the tests of sources. */
export const RULES_OF_REASON: Readonly<Record<string, readonly string[]>> = {
  api: ['api-unsupported', 'api-unquoted'],
  'base-env': ['base-cnb-env-missing', 'no-such-platform'],
  'base-env-integer': ['base-cnb-env-missing'],
  'base-invalid': ['base-os'],
  'base-label': ['base-label-invalid', 'label-reserved'],
  'build-image-fetch': ['image-absent', 'reference-malformed'],
  'build-image-missing': ['builder-build-image-missing'],
  'composite-missing': ['order-composite-missing-dep', 'order-composite-unpinned', 'order-composite-extension'],
  crash: ['api-unsupported'],
  'descriptor-decode': ['toml-wrong-type', 'api-malformed'],
  'descriptor-missing': ['module-unreadable'],
  'descriptor-missing-field': ['id-missing', 'version-missing'],
  'descriptor-order-with-stacks': ['target-on-composite'],
  'env-delim': ['build-env-delim-missing'],
  'env-name': ['build-env-name-empty'],
  'env-suffix': ['build-env-suffix-unknown'],
  'extension-platform-api': ['platform-api-gap'],
  'label-format': ['E_USAGE'],
  'lifecycle-both': ['builder-lifecycle-both'],
  'lifecycle-download': ['lifecycle-download'],
  'lifecycle-invalid': [
    'lifecycle-download',
    'lifecycle-unreadable',
    'builder-lifecycle-incomplete',
    'lifecycle-not-semver',
    'toml-syntax',
    'api-malformed',
  ],
  'lifecycle-semver': ['builder-lifecycle-not-semver'],
  'mixin-missing': ['mixin-missing-build'],
  'module-mismatch': ['declared-id-mismatch', 'declared-version-mismatch'],
  'module-other': ['module-unreadable'],
  'module-registry': ['module-unreadable'],
  'module-unpackable': ['id-path-unsafe', 'id-charset', 'version-path-unsafe'],
  'order-ambiguous': ['order-ref-ambiguous'],
  'order-extension-ambiguous': ['order-ref-ambiguous'],
  'order-extension-missing': ['order-ref-unknown', 'order-buildpack-in-extensions'],
  'order-extension-version': ['order-ref-version-unknown'],
  'order-missing': ['order-ref-unknown', 'order-extension-in-order'],
  'order-version': ['order-ref-version-unknown'],
  'package-missing': ['order-composite-missing-dep', 'order-composite-self'],
  'package-stacks': ['stack-no-intersection', 'module-content-conflict'],
  'package-unpinned': ['order-composite-unpinned'],
  'package-unused': ['order-composite-unused-dep'],
  'run-image-empty': ['builder-run-image-empty'],
  'run-image-fetch': ['reference-malformed', 'builder-run-image-empty'],
  'run-images-missing': ['builder-run-images-missing'],
  'stack-build': ['stack-mismatch-build-image'],
  'stack-run': ['stack-mismatch-run-image'],
  'stack-unsupported': ['stack-unsupported', 'stack-label-missing'],
  'system-ambiguous': ['system-ref-ambiguous'],
  'system-missing': ['system-ref-unknown', 'order-extension-in-order'],
  'system-version': ['system-ref-version-unknown'],
  target: ['target-unsatisfied-build', 'target-arch-assumed'],
  'target-flag': ['E_USAGE'],
  'toml-decode': ['toml-syntax', 'toml-wrong-type'],
  'toml-unknown-key': ['toml-unknown-key-builder'],
  windows: ['base-os'],
}

/** The differences as a table in Markdown. */
export function printDifferences(): string {
  const rows = DIFFERENCES.map(({ input, trowel, rule, why, cases }) => {
    const ours = rule === undefined ? trowel : `${trowel}: \`${rule}\``
    return `| ${input} | ${ours} | ${why} | ${cases.join(' ')} |`
  })
  return ['| input | trowel | why | cases |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
