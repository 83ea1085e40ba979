import type { StackLife } from './stacks.js'

/** The day on which the dates below were looked up. */
export const DISTROS_AS_OF = '2026-11-21'

const UBUNTU = 'https://ubuntu.com/about/release-cycle'
const DEBIAN = 'https://wiki.debian.org/LTS'
const ALPINE = 'https://alpinelinux.org/releases/'
const RHEL = 'https://access.redhat.com/support/policy/updates/errata'
const AMAZON = 'https://aws.amazon.com/amazon-linux-2/faqs/'

/** How long distros get updates, by the name and version in the labels of base images: `ubuntu 18.04`. */
export const DISTRO_LIVES: ReadonlyMap<string, StackLife> = new Map([
  ['ubuntu 16.04', { name: 'Ubuntu 16.04', end: '2021-04-30', source: UBUNTU }],
  ['ubuntu 18.04', { name: 'Ubuntu 18.04', end: '2023-05-31', source: UBUNTU }],
  ['ubuntu 20.04', { name: 'Ubuntu 20.04', end: '2025-05-31', source: UBUNTU }],
  ['ubuntu 22.04', { name: 'Ubuntu 22.04', end: '2027-04-30', source: UBUNTU }],
  ['ubuntu 24.04', { name: 'Ubuntu 24.04', end: '2029-04-30', source: UBUNTU }],
  ['debian 10', { name: 'Debian 10', end: '2024-06-30', source: DEBIAN }],
  ['debian 11', { name: 'Debian 11', end: '2026-08-31', source: DEBIAN }],
  ['debian 12', { name: 'Debian 12', end: '2028-06-30', source: DEBIAN }],
  ['alpine 3.18', { name: 'Alpine 3.18', end: '2025-05-09', source: ALPINE }],
  ['alpine 3.19', { name: 'Alpine 3.19', end: '2025-11-01', source: ALPINE }],
  ['rhel 7', { name: 'RHEL 7', end: '2024-06-30', source: RHEL }],
  ['rhel 8', { name: 'RHEL 8', end: '2029-05-31', source: RHEL }],
  ['amzn 2', { name: 'Amazon Linux 2', end: '2026-06-30', source: AMAZON }],
])
