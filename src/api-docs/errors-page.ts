import { errorCatalogue } from '../kernel/errors/app-error.js';
import { renderPage } from './page.js';

/** The page that the `type` of every problem links to. */
export function errorsPage(): string {
  const rows = errorCatalogue()
    .sort((one, other) => one.status - other.status || one.code.localeCompare(other.code))
    .map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
  return renderPage(
    '/docs/errors',
    'Errors',
    `<p>REST answers an error as problem details (RFC 9457); the acknowledgement of a command carries the same object as
<code>error</code>. Switch on <code>code</code>. What has an unknown outcome (a timeout, 5xx, a disconnect) is safe to send
again with the same <code>clientId</code>.</p>
<table>
<thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
}
