import type { Type } from '@nestjs/common';
import type { DefinedError } from '../errors/app-error.js';
import type { JsonLimits } from '../validation/json-limits.js';

/** Fixed terms for the users that may call an operation. `sender` is the creator of the object. */
export type PermissionTerm =
  'public' | 'any user' | 'member' | 'sender' | 'participant' | 'admin' | 'owner' | 'host admin';

interface OperationDetails {
  /** One sentence for the API documents. */
  summary: string;
  /** Errors of this operation, without those of every operation (validation_failed, unauthenticated …). */
  errors?: DefinedError[];
  /** Users that may call the operation, for the API documents. The summary names conditions. */
  permission: PermissionTerm | readonly PermissionTerm[];
}

/** Operation of the API: input, output and documentation, defined once for both transports. */
export interface Operation<
  Input extends object = object,
  Output extends object = object,
> extends OperationDetails {
  readonly name: string;
  readonly input: Type<Input>;
  readonly output: Type<Output>;
  /** Method and path of the REST route: `POST /v1/messages`. Null for an operation of the socket only. */
  readonly rest: string | null;
  /** True for a command: an operation that sockets can call, too. */
  readonly socket: boolean;
  /** Limits of the JSON body. Default: `DEFAULT_JSON_LIMITS`. */
  readonly limits?: JsonLimits;
  /** Path of the created resource, for the header Location of the response 201. */
  location?(this: void, output: Output): string;
  /** Present when the body is a form with a file (multipart/form-data). The route parses it. */
  readonly multipart?: true;
}

/** Event sent to clients. */
export interface Event<Payload extends object = object> {
  readonly name: string;
  readonly payload: Type<Payload>;
  readonly summary: string;
  /** Recipients, for the API documents. */
  readonly recipients: string;
  /** True when sync repeats the event for clients that missed it. False: delivered at most once. */
  readonly durable: boolean;
}

/** Operation over the socket and, unless `rest` is null, over REST. */
export function command<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  details: OperationDetails & { rest: string | null; location?: (output: Output) => string },
): Operation<Input, Output> {
  return { name, input, output, socket: true, ...details };
}

/** Read over REST only. */
export function read<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  details: OperationDetails & { rest: string },
): Operation<Input, Output> {
  return { name, input, output, socket: false, ...details };
}

/** Change over REST only: bulk work of the host product, an upload, or an operation before authentication. */
export function restOnly<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  details: OperationDetails & {
    rest: string;
    limits?: JsonLimits;
    multipart?: true;
    location?: (output: Output) => string;
  },
): Operation<Input, Output> {
  return { name, input, output, socket: false, ...details };
}

export function event<Payload extends object>(
  name: string,
  payload: Type<Payload>,
  details: Pick<Event, 'summary' | 'recipients' | 'durable'>,
): Event<Payload> {
  return { name, payload, ...details };
}
