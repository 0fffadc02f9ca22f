/**
 * JSON on stderr, of which access is a part. Headers are left out whole, and so are queries: GitLab takes tokens in many of
 * either, and Caddy knows the names of few.
 */
export function logging(): object {
  return {
    logs: {
      default: {
        encoder: {
          format: 'filter',
          wrap: { format: 'json' },
          fields: {
            'request>headers': { filter: 'delete' },
            resp_headers: { filter: 'delete' },
            'request>uri': { filter: 'regexp', regexp: '[?].*', value: '' },
          },
        },
      },
    },
  };
}
