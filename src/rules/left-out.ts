/** Rules that other catalogues have and this one has not, with the reason: one sentence each. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'artifact-lock-drift': 'there is no lock file yet that says what an image was to be made of',
  'artifact-nonreproducible':
    'only making the image a second time would tell, and check makes nothing; `builder create` is tested to be reproducible',
  'base-apt-sources':
    'whether apt of a bionic image has the repositories of ubuntu:bionic is written in its layers, and a check reads only what images say of themselves',
  'base-bionic-packages':
    'whether a bionic image has all packages of ubuntu:bionic, ca-certificates, libssl1.1 and openssl only a list of its packages tells: no label or config holds one',
  'base-home-unwritable':
    'of the images that a file names no layers are fetched; `check --deep` of the image itself says it, as DIST-BI-01',
  'base-unsigned': 'needs keys and identities that somebody trusts, which trowel has no place for yet',
  'base-vulnerable': 'needs a snapshot of advisories and a list of packages, which trowel does not read',
  'dependency-checksum-mismatch':
    'every dependency would have to be downloaded, which is what the build does, against the same checksum',
  'dependency-uri-unreachable':
    'whether an address answers today says nothing about the build, and check asks no stranger',
  'dependency-vulnerable': 'it needs a snapshot of advisories, of which trowel has none: give the SBOM to a scanner',
  'extension-plan-unprovided':
    'what buildpacks require is in the build plans that their bin/detect writes, and to know those it would have to be run',
  'extension-writes-to-app':
    'whether bin/generate changes the folder of the app only running it would tell, and check runs nothing',
  'mixin-unclaimed':
    'which packages of an image are not among its mixins only a list of its packages tells: no label or config holds one',
  'target-distro-label-wrong':
    'what /etc/os-release of a base image says is written in its layers, which are not fetched for a file; `check --deep` of the image itself says it, as DIST-BI-07',
  'version-not-increasing':
    'which versions were published before is in no file that is checked: a registry of buildpacks would have to be asked for its history',
  'version-reused':
    'what was published under this version before is in no file that is checked: a registry would have to be asked for all that it ever had',
}
