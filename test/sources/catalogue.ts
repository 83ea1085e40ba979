import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** What is right, in the words of the catalogue of bad input. */
export type Outcome = 'ACC' | 'CFG' | 'IO' | 'NET' | 'REJ' | 'WARN'

/** One kind of input. `make` puts it into an empty folder. */
export interface Row {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** The code or rule that says so. */
  readonly code?: string
  /** Never printed. */
  readonly secret?: string
  /** True when only the making of a layer meets it: finding and describing the module does not read so far. */
  readonly inLayer?: boolean
  /** True when the system refuses nothing to root. */
  readonly notAsRoot?: boolean
  make(dir: string): Made | Promise<Made>
}

export interface Made {
  /** builder.toml. */
  readonly config: string
  /** Values of `--replace`. */
  readonly replace: readonly string[]
}

const GOLDEN_INPUTS = resolve(import.meta.dirname, '../../fixtures/golden/inputs')
const LIFECYCLE = join(GOLDEN_INPUTS, 'work/lifecycle/stub-0.21.0-linux.x86-64.tgz')
const IMAGES = ['build', 'run'].map((name) => `golden.test/base/${name}:1=oci:${join(GOLDEN_INPUTS, 'bases', name)}`)

const DESCRIPTOR = 'api = "0.10"\n[buildpack]\nid = "test/a"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n'

/** A builder.toml at `name` with modules at these locators. */
function aBuilder(dir: string, uris: readonly string[], name = 'builder.toml', replace: readonly string[] = []): Made {
  const config = join(dir, name)
  write(
    config,
    [
      '[build]\nimage = "golden.test/base/build:1"\n[[run.images]]\nimage = "golden.test/base/run:1"\n',
      `[lifecycle]\nuri = ${JSON.stringify(LIFECYCLE)}\n`,
      ...uris.map((uri) => `[[buildpacks]]\nuri = ${JSON.stringify(uri)}\n`),
    ].join(''),
  )
  return { config, replace: [...IMAGES, ...replace] }
}

function write(path: string, content: string | Uint8Array = ''): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** A small sound module in a directory. */
function aModule(path: string, descriptor = DESCRIPTOR): string {
  write(join(path, 'buildpack.toml'), descriptor)
  for (const name of ['build', 'detect']) {
    write(join(path, 'bin', name), '#!/bin/sh\n')
    chmodSync(join(path, 'bin', name), 0o755)
  }
  return path
}

interface TarMember {
  readonly name: string
  readonly type?: 'file' | 'symlink' | 'link' | 'directory'
  readonly linkname?: string
  readonly content?: string
}

async function aTar(path: string, members: readonly TarMember[]): Promise<void> {
  const archive = pack()
  for (const { name, type = 'file', linkname, content = '' } of members) {
    const mode = name.includes('bin') || type === 'directory' ? 0o755 : 0o644
    archive.entry({ name, type, mode, ...(linkname === undefined ? {} : { linkname }) }, content)
  }
  archive.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of archive) pieces.push(piece as Uint8Array)
  const bytes = Buffer.concat(pieces)
  write(path, path.endsWith('.tgz') ? gzipSync(bytes) : bytes)
}

const SOUND: readonly TarMember[] = [
  { name: 'bin', type: 'directory' },
  { name: 'bin/build', content: '#!/bin/sh\n' },
  { name: 'buildpack.toml', content: DESCRIPTOR },
]

type Labels = Record<string, string>
interface Documents {
  config: { config: { Labels: Labels }; rootfs: { diff_ids: string[] } }
  manifest: Record<string, unknown> & { config: { digest: string; size: number }; layers: Record<string, unknown>[] }
}

/** A copy of a golden package layout with its config and manifest changed and all digests right again. */
function aPackage(path: string, name: string, change: (documents: Documents) => void): void {
  rmSync(path, { recursive: true, force: true })
  cpSync(join(GOLDEN_INPUTS, 'packages', name), path, { recursive: true })
  const blob = (digest: string): string => join(path, 'blobs/sha256', digest.slice('sha256:'.length))
  const read = (file: string): never => JSON.parse(readFileSync(file, 'utf8')) as never
  const put = (document: unknown): { digest: string; size: number } => {
    const bytes = Buffer.from(JSON.stringify(document))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    write(blob(digest), bytes)
    return { digest, size: bytes.length }
  }
  const index: { manifests: Record<string, unknown>[] } = read(join(path, 'index.json'))
  const manifest: Documents['manifest'] = read(blob(String(index.manifests[0]?.['digest'])))
  const config: Documents['config'] = read(blob(manifest.config.digest))
  change({ config, manifest })
  Object.assign(manifest.config, put(config))
  Object.assign(index.manifests[0] ?? {}, put(manifest))
  write(join(path, 'index.json'), JSON.stringify(index))
}

/** A row about the labels of a package. */
function packageRow(row: Omit<Row, 'make'>, change: (documents: Documents) => void, name = 'one'): Row {
  return {
    ...row,
    make: (dir) => {
      aPackage(join(dir, 'package'), name, change)
      return aBuilder(dir, ['package'])
    },
  }
}

const LAYERS = 'io.buildpacks.buildpack.layers'
const METADATA = 'io.buildpacks.buildpackage.metadata'
const labelsOf = (documents: Documents): Labels => documents.config.config.Labels
const setLabel =
  (name: string, value: string) =>
  (documents: Documents): void => {
    labelsOf(documents)[name] = value
  }

/** A row about a locator that leads to a sound module or to nothing. */
function locatorRow(row: Omit<Row, 'make'>, uri: string | ((dir: string) => string), folder?: string): Row {
  return {
    ...row,
    make: (dir) => {
      if (folder !== undefined) aModule(join(dir, folder))
      return aBuilder(dir, [typeof uri === 'string' ? uri : uri(dir)], 'configs/builder.toml')
    },
  }
}

/** A row about what stands where builder.toml should be. */
function configRow(row: Omit<Row, 'id' | 'make'>, make: (path: string) => string | void): Row {
  return {
    ...row,
    id: 'C-20',
    make: (dir) => {
      const path = join(dir, 'builder.toml')
      return { config: make(path) ?? path, replace: [] }
    },
  }
}

/** A row about one file of a module directory. */
function moduleRow(row: Omit<Row, 'make'>, change: (module: string) => void): Row {
  return {
    ...row,
    make: (dir) => {
      change(aModule(join(dir, 'bp')))
      return aBuilder(dir, ['bp'])
    },
  }
}

/** A row about a file that should be an archive. */
function fileRow(row: Omit<Row, 'make'>, make: (path: string) => void | Promise<void>): Row {
  return {
    ...row,
    make: async (dir) => {
      await make(join(dir, 'bp.tgz'))
      return aBuilder(dir, ['bp.tgz'])
    },
  }
}

const SECRET = 'hunter2'
const secretRow = (id: string, about: string, uri: string, outcome: Outcome = 'NET', code = 'E_OFFLINE'): Row =>
  locatorRow({ id, about, outcome, code, secret: SECRET }, uri)

/** The rows of the catalogue that are about finding and describing things. */
export const CATALOGUE: readonly Row[] = [
  locatorRow({ id: 'C-19', about: 'a path relative to the folder of builder.toml', outcome: 'ACC' }, '../bp', 'bp'),
  {
    id: 'C-19',
    about: 'a builder.toml that is a symbolic link: the folder of the link counts',
    outcome: 'ACC',
    make: (dir) => {
      aModule(join(dir, 'bp'))
      const made = aBuilder(dir, ['../bp'], 'deep/below/real.toml')
      mkdirSync(join(dir, 'configs'))
      symlinkSync('../deep/below/real.toml', join(dir, 'configs/builder.toml'))
      return { ...made, config: join(dir, 'configs/builder.toml') }
    },
  },
  locatorRow(
    { id: 'C-19', about: 'file:/// with percent-escapes', outcome: 'ACC' },
    (dir) => `file://${dir}/b%20p`,
    'b p',
  ),
  locatorRow(
    { id: 'C-19', about: 'file:// with a host', outcome: 'CFG', code: 'builder-locator-invalid' },
    'file://host/bp',
  ),
  locatorRow({ id: 'C-19', about: '~ is no home', outcome: 'CFG', code: 'builder-locator-invalid' }, '~/bp', 'bp'),
  locatorRow({ id: 'C-19', about: 'no variables', outcome: 'CFG', code: 'builder-locator-invalid' }, '$HOME/bp', 'bp'),
  ...['a b', 'a#b', 'a?b', 'a%41', '100%', 'a~b$HOME'].map((name) =>
    locatorRow({ id: 'C-19', about: `a folder called ${name}`, outcome: 'ACC' }, `../${name}`, name),
  ),
  locatorRow({ id: 'C-19', about: 'a path to nothing', outcome: 'CFG', code: 'toml-path-missing' }, '../absent'),

  configRow({ about: 'no builder.toml', outcome: 'CFG', code: 'E_USAGE' }, () => {}),
  configRow({ about: 'a fifo', outcome: 'CFG', code: 'E_USAGE' }, (path) => void execFileSync('mkfifo', [path])),
  configRow({ about: 'a device', outcome: 'CFG', code: 'E_USAGE' }, () => '/dev/zero'),
  configRow({ about: 'a directory', outcome: 'CFG', code: 'E_USAGE' }, (path) => mkdirSync(path, undefined)),
  configRow({ about: '10 GiB', outcome: 'CFG', code: 'E_USAGE' }, (path) => {
    write(path)
    truncateSync(path, 10 * 1024 ** 3)
  }),
  configRow({ about: 'unreadable', outcome: 'IO', code: 'E_IO', notAsRoot: true }, (path) => {
    write(path)
    chmodSync(path, 0)
  }),

  fileRow({ id: 'T-58', about: 'an empty file', outcome: 'REJ', code: 'E_NOT_TAR' }, (path) => write(path)),
  fileRow({ id: 'T-58', about: 'only zeros', outcome: 'REJ', code: 'E_NOT_TAR' }, (path) =>
    write(path, Buffer.alloc(10_240)),
  ),
  fileRow({ id: 'T-58', about: 'text', outcome: 'REJ', code: 'E_NOT_TAR' }, (path) =>
    write(path, 'hello\n'.repeat(200)),
  ),
  fileRow({ id: 'T-58', about: 'an HTML error page', outcome: 'REJ', code: 'E_NOT_TAR' }, (path) =>
    write(path, `<!DOCTYPE html><html>${'<p>404</p>'.repeat(100)}</html>`),
  ),
  moduleRow({ id: 'T-65', about: 'an unreadable descriptor', outcome: 'IO', code: 'E_IO', notAsRoot: true }, (module) =>
    chmodSync(join(module, 'buildpack.toml'), 0),
  ),
  moduleRow({ id: 'T-65', about: 'a directory without x', outcome: 'IO', code: 'E_IO', notAsRoot: true }, (module) =>
    chmodSync(module, 0o600),
  ),
  {
    id: 'T-66',
    about: 'a module directory that is a symbolic link is resolved once',
    outcome: 'ACC',
    make: (dir) => {
      aModule(join(dir, 'real'))
      symlinkSync('real', join(dir, 'bp'))
      return aBuilder(dir, ['bp'])
    },
  },
  fileRow(
    { id: 'T-67', about: 'two descriptors in an archive', outcome: 'REJ', code: 'E_TAR_DUPLICATE', inLayer: true },
    (path) => aTar(path, [...SOUND, { name: './buildpack.toml', content: DESCRIPTOR.replace('1.0.0', '2.0.0') }]),
  ),
  moduleRow(
    { id: 'T-68', about: 'a descriptor that is a symbolic link', outcome: 'REJ', code: 'E_DESCRIPTOR' },
    (module) => {
      rmSync(join(module, 'buildpack.toml'))
      write(join(module, 'real.toml'), DESCRIPTOR)
      symlinkSync('real.toml', join(module, 'buildpack.toml'))
    },
  ),
  moduleRow(
    { id: 'T-68', about: 'a descriptor that is a directory', outcome: 'REJ', code: 'E_DESCRIPTOR' },
    (module) => {
      rmSync(join(module, 'buildpack.toml'))
      mkdirSync(join(module, 'buildpack.toml'))
    },
  ),
  moduleRow({ id: 'T-68', about: 'a descriptor that is a fifo', outcome: 'REJ', code: 'E_DESCRIPTOR' }, (module) => {
    rmSync(join(module, 'buildpack.toml'))
    execFileSync('mkfifo', [join(module, 'buildpack.toml')])
  }),
  moduleRow({ id: 'T-68', about: 'a descriptor of 1 GiB', outcome: 'REJ', code: 'E_DESCRIPTOR' }, (module) =>
    truncateSync(join(module, 'buildpack.toml'), 1024 ** 3),
  ),
  moduleRow(
    { id: 'T-68', about: 'a descriptor with two names in a directory is a plain file', outcome: 'ACC' },
    (module) => linkSync(join(module, 'buildpack.toml'), join(module, 'again.toml')),
  ),
  ...(['symlink', 'link', 'directory'] as const).map((type) =>
    fileRow(
      { id: 'T-68', about: `a descriptor that is a ${type} in an archive`, outcome: 'REJ', code: 'E_DESCRIPTOR' },
      (path) =>
        aTar(path, [
          { name: 'real.toml', content: DESCRIPTOR },
          { name: 'buildpack.toml', type, ...(type === 'directory' ? {} : { linkname: 'real.toml' }) },
        ]),
    ),
  ),
  fileRow(
    { id: 'T-68', about: 'a descriptor above 4 MiB in an archive', outcome: 'REJ', code: 'E_DESCRIPTOR' },
    (path) => aTar(path, [{ name: 'buildpack.toml', content: `${DESCRIPTOR}#${'x'.repeat(4 * 1024 ** 2)}\n` }]),
  ),
  moduleRow({ id: 'T-69', about: 'bin/build is missing', outcome: 'ACC' }, (module) =>
    rmSync(join(module, 'bin/build')),
  ),
  moduleRow({ id: 'T-69', about: 'bin/build is not executable', outcome: 'ACC' }, (module) =>
    chmodSync(join(module, 'bin/build'), 0o644),
  ),
  moduleRow({ id: 'T-69', about: 'bin/build is a symbolic link inside the module', outcome: 'ACC' }, (module) => {
    rmSync(join(module, 'bin/build'))
    symlinkSync('detect', join(module, 'bin/build'))
  }),
  fileRow(
    {
      id: 'T-70',
      about: 'an archive with one folder that holds everything',
      outcome: 'CFG',
      code: 'descriptor-missing',
    },
    (path) =>
      aTar(
        path,
        SOUND.map((member) => ({ ...member, name: `my-bp-1.0/${member.name}` })),
      ),
  ),
  {
    id: 'T-70',
    about: 'a directory with the module in a folder',
    outcome: 'CFG',
    code: 'descriptor-missing',
    make: (dir) => {
      aModule(join(dir, 'bp/my-bp-1.0'))
      return aBuilder(dir, ['bp'])
    },
  },

  packageRow(
    { id: 'O-32', about: 'a layer that may lie elsewhere', outcome: 'REJ', code: 'E_IMAGE_KIND' },
    ({ manifest }) => {
      for (const layer of manifest.layers) layer['urls'] = ['http://127.0.0.1:9/never']
    },
  ),
  packageRow({ id: 'O-33', about: 'an artifact', outcome: 'REJ', code: 'E_IMAGE_KIND' }, ({ manifest }) => {
    manifest['artifactType'] = 'application/vnd.example.thing'
  }),
  packageRow({ id: 'O-33', about: 'no layers', outcome: 'REJ', code: 'E_IMAGE_KIND' }, ({ config, manifest }) => {
    manifest.layers = []
    config.rootfs.diff_ids = []
    Object.assign(config, { history: [] })
  }),
  packageRow({ id: 'O-33', about: 'a layer of another type', outcome: 'REJ', code: 'E_IMAGE_KIND' }, ({ manifest }) => {
    for (const layer of manifest.layers) layer['mediaType'] = 'application/vnd.example.blob'
  }),
  ...[LAYERS, METADATA].flatMap((label) => [
    packageRow({ id: 'O-34', about: `${label} is missing`, outcome: 'REJ', code: 'E_LABEL' }, (documents) => {
      delete labelsOf(documents)[label]
    }),
    ...['{', '[]', '"x"', '1', '{"golden/one":[]}', '{"id":1,"golden/one":{"1.0.0":{"api":1}}}'].map((value) =>
      packageRow(
        { id: 'O-34', about: `${label} is ${value}`, outcome: 'REJ', code: 'E_LABEL' },
        setLabel(label, value),
      ),
    ),
    packageRow({ id: 'O-34', about: `${label} of 3 MiB`, outcome: 'REJ', code: 'E_LABEL' }, (documents) => {
      labelsOf(documents)[label] += ' '.repeat(3 * 1024 ** 2)
    }),
  ]),
  packageRow(
    { id: 'O-34', about: 'a __proto__ key in place of an id', outcome: 'REJ', code: 'E_LABEL' },
    (documents) => {
      setLabel(LAYERS, (labelsOf(documents)[LAYERS] ?? '').replace('"golden/one"', '"__proto__"'))(documents)
    },
  ),
  packageRow(
    { id: 'O-34', about: 'a layer that is not in the rootfs', outcome: 'REJ', code: 'E_LABEL' },
    (documents) => {
      const text = labelsOf(documents)[LAYERS] ?? ''
      setLabel(LAYERS, text.replace(/"sha256:[0-9a-f]{64}"/, `"sha256:${'0'.repeat(64)}"`))(documents)
    },
  ),
  packageRow({ id: 'O-34', about: 'a layerDiffID that is no digest', outcome: 'REJ', code: 'E_LABEL' }, (documents) => {
    const text = labelsOf(documents)[LAYERS] ?? ''
    setLabel(LAYERS, text.replace(/"sha256:[0-9a-f]{64}"/, '"sha256:x"'))(documents)
  }),
  packageRow(
    { id: 'O-35', about: 'a main module that the layers label lacks', outcome: 'REJ', code: 'E_LABEL' },
    (documents) => {
      setLabel(METADATA, (labelsOf(documents)[METADATA] ?? '').replace('"1.0.0"', '"9.9.9"'))(documents)
    },
  ),
  packageRow(
    { id: 'O-35', about: 'another id than the layer holds', outcome: 'REJ', code: 'E_LABEL_LAYER_MISMATCH' },
    (documents) => {
      for (const label of [LAYERS, METADATA]) {
        setLabel(label, (labelsOf(documents)[label] ?? '').replace('"golden/one"', '"golden/other"'))(documents)
      }
    },
  ),
  packageRow(
    { id: 'O-35', about: 'another version than the layer holds', outcome: 'REJ', code: 'E_LABEL_LAYER_MISMATCH' },
    (documents) => {
      for (const label of [LAYERS, METADATA]) {
        setLabel(label, (labelsOf(documents)[label] ?? '').replace('"1.0.0"', '"1.0.1"'))(documents)
      }
    },
  ),
  packageRow(
    { id: 'O-35', about: 'another API than the layer holds', outcome: 'REJ', code: 'E_LABEL_LAYER_MISMATCH' },
    (documents) => {
      setLabel(LAYERS, (labelsOf(documents)[LAYERS] ?? '').replace('"api":"0.10"', '"api":"0.11"'))(documents)
    },
  ),

  secretRow('U-01', 'user and password in a URL', `https://user:${SECRET}@host.test/x.tgz`),
  secretRow('U-02', 'a token in a URL', `https://${SECRET}@host.test/x.tgz`),
  secretRow(
    'U-02',
    'a password for a registry',
    `docker://user:${SECRET}@host.test/x`,
    'CFG',
    'builder-locator-invalid',
  ),
  secretRow('U-02', 'a password for git', `git+https://user:${SECRET}@host.test/x`, 'CFG', 'builder-locator-invalid'),
  secretRow('U-02', 'a password for ssh', `ssh://user:${SECRET}@host.test/x`, 'CFG', 'builder-locator-invalid'),
  secretRow('U-03', 'a signature in a query', `https://host.test/x.tgz?X-Amz-Signature=${SECRET}`),
  secretRow('U-04', 'a secret in a fragment', `https://host.test/x.tgz#${SECRET}`),
  secretRow('U-05', 'a password without a scheme', `user:${SECRET}@host.test/x`, 'CFG', 'builder-locator-invalid'),
  secretRow(
    'U-05',
    'a URL that does not parse',
    `https://user:${SECRET}@host:port/x`,
    'CFG',
    'builder-locator-invalid',
  ),
]
