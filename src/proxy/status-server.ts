/** `/healthz` for probes and `/metrics` for Prometheus, in the clear, for the cluster only. */
export function statusServer(listen: string): object {
  return {
    listen: [listen],
    protocols: ['h1'],
    automatic_https: { disable: true },
    routes: [
      route('/healthz', { handler: 'static_response', status_code: 200, body: 'ok' }),
      route('/metrics', { handler: 'metrics' }),
      { handle: [{ handler: 'static_response', status_code: 404 }] },
    ],
  };
}

function route(path: string, handler: object): object {
  return { match: [{ path: [path] }], handle: [handler], terminal: true };
}
