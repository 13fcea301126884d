import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as newId } from 'uuid';
import type { DefinedError } from '../errors/app-error.js';
import { headersTooLarge, requestTimeout, validationFailed } from '../errors/base.errors.js';
import { ProblemDetailsDto } from '../errors/problem-details.dto.js';

/** Errors by the code of Node.js; any other is input that is no HTTP request. */
const KINDS: Record<string, DefinedError> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

/** Answers input that is no HTTP request or exceeds a limit of Node.js with problem details. It reaches no route. */
export function handleClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const kind = KINDS[error.code ?? ''] ?? validationFailed;
    const body = JSON.stringify(ProblemDetailsDto.from(kind(), newId()));
    socket.end(
      [
        `HTTP/1.1 ${kind.status} ${STATUS_CODES[kind.status]}`,
        'Connection: close',
        'Cache-Control: no-store',
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  });
}
