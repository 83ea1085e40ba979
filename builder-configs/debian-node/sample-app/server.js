const { createServer } = require('node:http')
const ms = require('ms')

const answer = `hello from Node ${process.version} on ${process.platform}/${process.arch}: a day has ${ms('1d')} milliseconds\n`

createServer((_request, response) => response.end(answer)).listen(process.env.PORT ?? 8080, process.env.HOST)
