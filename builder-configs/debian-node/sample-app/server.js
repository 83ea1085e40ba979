const { createServer } = require('node:http')
const ms = require('ms')

const answer = `hello from Node ${process.version} on ${process.platform}/${process.arch}: a day has ${ms('1d')} milliseconds\n`

const server = createServer((_request, response) => response.end(answer))
server.listen(process.env.PORT ?? 8080, process.env.HOST, () => console.log('listening on port', server.address().port))
process.on('SIGTERM', () => server.close())
