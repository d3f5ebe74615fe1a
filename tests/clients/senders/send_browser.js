// Sends with @segment/analytics-next from a page of another origin; the address of the page carries what to send.
window.send = async ({ address, key, run, events, strategy }) => {
  const integrations = { 'Segment.io': { deliveryStrategy: { strategy, config: { size: 20, timeout: 200 } } } }
  const [client] = await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: address }, { integrations })
  await client.identify(`${run}-ann`, { email: `${run}@example.org` })
  await client.group(`${run}-acme`, { name: 'Acme' })
  await client.alias(`${run}-ann`, `${run}-before`)
  await client.page(`${run} page`)
  await client.screen(`${run} screen`)
  const sent = []
  for (let number = 0; number < events; number++) sent.push(client.track(`${run} ${number}`, { number }))
  await Promise.all(sent)
}
