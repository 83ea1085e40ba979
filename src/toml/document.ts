import type { Place } from '../errors.js'

/** Keys and array positions from the root of a document, such as `['order', 2, 'group', 0, 'id']`. */
export type KeyPath = readonly (string | number)[]

/** Where the value at a path stands; an absent one stands where its nearest present ancestor does. */
export type Locate = (path: KeyPath) => Place
