import { errorCatalogue } from '../kernel/errors/app-error.js';

/** The page that the `type` of every problem links to. */
export function errorsPage(): string {
  const rows = errorCatalogue()
    .sort((one, other) => one.status - other.status || one.code.localeCompare(other.code))
    .map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors · TMS Messaging Server</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #8884 }
  tr:target { background: #fd04 }
</style>
<h1>Errors</h1>
<p>REST answers an error as problem details (RFC 9457); the acknowledgement of a command carries the same object as
<code>error</code>. Switch on <code>code</code>. What has an unknown outcome (a timeout, 5xx, a disconnect) is safe to send
again with the same <code>clientId</code>.</p>
<table>
<thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</html>
`;
}
