import type { ImageConfig } from '../../oci/image.js'
import { envValue, GROUP_ID, parseUserId, USER_ID } from '../../plan/user.js'
import { fileAt, isKept, type ImageFiles, type LayerFile } from './image-files.js'

/** Who is to own a folder; what is undefined does not matter. */
export interface Owner {
  readonly uid: number | undefined
  readonly gid: number | undefined
}

/** Who builds, by the environment of an image. */
export function ownerOf({ env }: ImageConfig): Owner {
  return { uid: parseUserId(envValue(env, USER_ID)), gid: parseUserId(envValue(env, GROUP_ID)) }
}

/** The mode that the folders of a builder have. */
const FOLDER_MODE = 0o755

/** What is wrong with a folder that is to belong to `owner`; undefined when nothing is. */
export function problemOfFolder(folder: LayerFile | undefined, owner: Owner): string | undefined {
  if (folder?.type !== 'directory') return 'is not there'
  const isOther = (is: number, wanted: number | undefined): boolean => wanted !== undefined && is !== wanted
  if (isOther(folder.uid, owner.uid) || isOther(folder.gid, owner.gid)) {
    return `belongs to ${folder.uid}:${folder.gid} instead of ${[owner.uid, owner.gid].filter((id) => id !== undefined).join(':')}`
  }
  return (folder.mode & FOLDER_MODE) === FOLDER_MODE ? undefined : `has the mode ${folder.mode.toString(8)}`
}

/** What is wrong with the home of the user that an image runs as, as far as its files tell. */
export function problemOfHome({ user }: ImageConfig, files: ImageFiles): string | undefined {
  const content = fileAt(files, '/etc/passwd')?.content
  if (content === undefined) return undefined
  const [name] = user.split(':')
  const lines = Buffer.from(content)
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(':'))
  // name, password, uid, gid, comment, home, shell
  const line = lines.find((fields) => fields[0] === name || fields[2] === name)
  const [, , uid, gid, , home = ''] = line ?? []
  if (home === '' || !isKept(home)) return undefined
  const folder = fileAt(files, home)
  if (folder?.type !== 'directory') return `${home}, the home of ${name}, is not there`
  return isWritable(folder, { uid: Number(uid), gid: Number(gid) })
    ? undefined
    : `${name} cannot write to its home ${home}`
}

const OWNER_WRITES = 0o200
const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002

function isWritable({ mode, uid, gid }: LayerFile, user: { readonly uid: number; readonly gid: number }): boolean {
  if (uid === user.uid) return (mode & OWNER_WRITES) !== 0
  return (mode & (gid === user.gid ? GROUP_WRITES : OTHERS_WRITE)) !== 0
}
