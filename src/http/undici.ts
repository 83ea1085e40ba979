import type { Agent as AgentClass, buildConnector as build, Dispatcher } from 'undici'
// Only these parts: the package's own index loads fetch, web sockets and more, which takes three times as long.
// @ts-expect-error parts have no types of their own
import agent from 'undici/lib/dispatcher/agent.js'
// @ts-expect-error as above
import api from 'undici/lib/api/api-request.js'
// @ts-expect-error as above
import connect from 'undici/lib/core/connect.js'

/** A pool of connections for each origin. */
export const Agent = agent as typeof AgentClass

/** Makes what makes connections. */
export const buildConnector = connect as typeof build

/** One request by way of `this`. */
export const request = api as (this: Dispatcher, options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData>
