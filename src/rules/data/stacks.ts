/** The day on which the dates below were looked up. */
export const STACKS_AS_OF = '2026-11-21'

/** A stack that is, or will be, without updates. */
export interface StackLife {
  /** What it is for people: `Ubuntu 18.04`. */
  readonly name: string
  /** The last day of updates that everybody gets, as `YYYY-MM-DD`. */
  readonly end: string
  /** The page that says so. */
  readonly source: string
}

const UBUNTU = 'https://ubuntu.com/about/release-cycle'
const HEROKU = 'https://devcenter.heroku.com/articles/stack'
const RHEL = 'https://access.redhat.com/support/policy/updates/errata'

const BIONIC: StackLife = { name: 'Ubuntu 18.04', end: '2023-05-31', source: UBUNTU }
const JAMMY: StackLife = { name: 'Ubuntu 22.04', end: '2027-04-30', source: UBUNTU }

/** How long stacks get updates, by stack id. */
export const STACK_LIVES: ReadonlyMap<string, StackLife> = new Map([
  ['com.redhat.stacks.ubi7', { name: 'UBI 7', end: '2024-06-30', source: RHEL }],
  ['heroku-16', { name: 'Heroku-16', end: '2021-05-01', source: HEROKU }],
  ['heroku-18', { name: 'Heroku-18', end: '2023-04-30', source: HEROKU }],
  ['heroku-20', { name: 'Heroku-20', end: '2025-04-30', source: HEROKU }],
  ['heroku-22', { name: 'Heroku-22', end: '2027-04-30', source: HEROKU }],
  ['io.buildpacks.stacks.bionic', BIONIC],
  ['io.buildpacks.stacks.jammy', JAMMY],
  ['io.buildpacks.stacks.jammy.static', JAMMY],
  ['io.buildpacks.stacks.jammy.tiny', JAMMY],
  ['io.buildpacks.stacks.ubi7', { name: 'UBI 7', end: '2024-06-30', source: RHEL }],
  ['io.paketo.stacks.tiny', BIONIC],
  ['org.cloudfoundry.stacks.cflinuxfs2', { name: 'Ubuntu 14.04', end: '2019-04-30', source: UBUNTU }],
  ['org.cloudfoundry.stacks.cflinuxfs3', BIONIC],
  ['org.cloudfoundry.stacks.cflinuxfs4', JAMMY],
])
