// Sends with @segment/analytics-node: address, key, name of the run, how many events.
import { Analytics } from '@segment/analytics-node'

const [address, key, run, events] = process.argv.slice(2)
const failures = []
const client = new Analytics({ writeKey: key, host: address })
client.on('error', (error) => failures.push(JSON.stringify(error)))
const userId = `${run}-ann`
client.identify({ userId, traits: { email: `${run}@example.org` } })
client.group({ userId, groupId: `${run}-acme`, traits: { name: 'Acme' } })
client.alias({ userId, previousId: `${run}-before` })
client.page({ userId, name: `${run} page` })
client.screen({ userId, name: `${run} screen` })
for (let number = 0; number < Number(events); number++) {
  client.track({ userId, event: `${run} ${number}`, properties: { number } })
}
await client.closeAndFlush({ timeout: 90_000 })
if (failures.length) {
  console.error(failures.join('\n'))
  process.exitCode = 1
}
