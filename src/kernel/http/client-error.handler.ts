import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as newId } from 'uuid';
import { headersTooLarge, validationFailed } from '../errors/base.errors.js';
import { ProblemDetailsDto } from '../errors/problem-details.dto.js';

/** Answers input that is no HTTP request or exceeds the header limit of Node with problem details. It reaches no route. */
export function handleClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const kind = error.code === 'HPE_HEADER_OVERFLOW' ? headersTooLarge : validationFailed;
    const body = JSON.stringify(ProblemDetailsDto.from(kind(), newId()));
    socket.end(
      [
        `HTTP/1.1 ${kind.status} ${STATUS_CODES[kind.status]}`,
        'Connection: close',
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  });
}
