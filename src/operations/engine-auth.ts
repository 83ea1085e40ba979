import type { RegistryAuth } from '../engine/engine.js'
import { DOCKER_HUB, type Repository } from '../oci/reference.js'
import type { Credentials } from '../registry/credentials.js'

/** How docker calls its own registry where credentials are concerned. */
const HUB_SERVER = 'https://index.docker.io/v1/'

/** What an engine is told that is to pull from a repository; undefined for what anybody may pull, as far as we know. */
export async function engineAuth(
  credentials: Credentials,
  { registry, name }: Repository,
): Promise<RegistryAuth | undefined> {
  const credential = await credentials.find(new URL(`https://${registry}/`), name)
  const serveraddress = registry === DOCKER_HUB ? HUB_SERVER : registry
  switch (credential?.kind) {
    case 'basic':
      return { username: credential.user, password: credential.password, serveraddress }
    case 'identity-token':
      return { identitytoken: credential.token, serveraddress }
    // An engine's API has no word for it.
    case 'registry-token':
    case undefined:
      return undefined
  }
}
