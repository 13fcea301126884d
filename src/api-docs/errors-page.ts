import { errorCatalogue } from '../kernel/errors/app-error.js';
import { FIELD_CODES } from '../kernel/errors/field-codes.js';
import { renderPage, toHtml } from './page.js';

/** Page with all error codes, linked by the `type` of problem details, and the codes of invalid fields. */
export function errorsPage(): string {
  const errors = errorCatalogue()
    .sort((one, other) => one.status - other.status || one.code.localeCompare(other.code))
    .map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${toHtml(title)}</td></tr>`,
    );
  const fieldCodes = Object.entries(FIELD_CODES).map(
    ([code, meaning]) =>
      `<tr id="field-${code}"><td><code>${code}</code></td><td>${toHtml(meaning)}</td></tr>`,
  );
  return renderPage(
    '/docs/errors',
    'Errors',
    `<p>REST returns errors as problem details (RFC 9457); the acknowledgement of a command contains the same object as
<code>error</code>. Errors are identified by <code>code</code>. A request with an unknown outcome (timeout, 5xx, disconnect) can
be repeated safely with the same <code>clientId</code>.</p>
<p>Contents: <a href="#codes">error codes</a>, <a href="#fields">codes of invalid fields</a>.</p>
<h2 id="codes">Error codes</h2>
<table class="stacked">
<thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>
${errors.join('\n')}
</tbody>
</table>
<h2 id="fields">Codes of invalid fields</h2>
<p>An error <code>validation_failed</code> names each invalid field in <code>errors</code>, 20 at most:
<code>{ "field": "media.0.url", "code": "not_a_url" }</code>. A body that is no JSON object has no fields: its error has the
<code>detail</code> <q>The body must be a JSON object.</q> and no <code>errors</code>; a list as the body has the code
<code>type</code> with an empty <code>field</code>.</p>
<table class="stacked">
<thead><tr><th>code</th><th>meaning</th></tr></thead>
<tbody>
${fieldCodes.join('\n')}
</tbody>
</table>`,
  );
}
