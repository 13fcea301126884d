import type { Type } from '@nestjs/common';
import type { DefinedError } from '../errors/app-error.js';
import type { JsonLimits } from '../validation/json-limits.js';

interface About {
  /** One sentence for the documents. */
  summary: string;
  /** What it may answer beside the errors that everything may answer (validation_failed, unauthenticated …). */
  errors?: DefinedError[];
  /** Who may ask for it, for the documents; left out, it follows from the errors. */
  permission?: string;
}

/** Something that a caller asks for: its input and output, typed and documented once, for both doors. */
export interface Operation<Input extends object = object, Output extends object = object> extends About {
  readonly name: string;
  readonly input: Type<Input>;
  readonly output: Type<Output>;
  /** The route: `POST /v1/messages`. */
  readonly rest: string | null;
  /** Whether a socket may ask for it too. */
  readonly socket: boolean;
  /** How large its body may be, where that is more than usual. */
  readonly limits?: JsonLimits;
  /** Its body is a form with a file (multipart/form-data), which the route reads itself, and not JSON. */
  readonly multipart?: true;
}

/** Something that happened, as clients hear of it. */
export interface Event<Payload extends object = object> {
  readonly name: string;
  readonly payload: Type<Payload>;
  readonly summary: string;
  /** Who hears it, for the documents. */
  readonly recipients: string;
  /** Durable: it is in the history, and sync brings it to who missed it. Else at most once. */
  readonly durable: boolean;
}

/** A command: over a socket by its name, and over REST. */
export function command<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  about: About & { rest: string | null },
): Operation<Input, Output> {
  return { name, input, output, socket: true, ...about };
}

/** A read over REST only. */
export function read<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  about: About & { rest: string },
): Operation<Input, Output> {
  return { name, input, output, socket: false, ...about };
}

/** A change over REST only: bulk work of the host's back end, what comes before there is a token, or a file. */
export function restOnly<Input extends object, Output extends object>(
  name: string,
  input: Type<Input>,
  output: Type<Output>,
  about: About & { rest: string; limits?: JsonLimits; multipart?: true },
): Operation<Input, Output> {
  return { name, input, output, socket: false, ...about };
}

export function event<Payload extends object>(
  name: string,
  payload: Type<Payload>,
  about: Pick<Event, 'summary' | 'recipients' | 'durable'>,
): Event<Payload> {
  return { name, payload, ...about };
}
