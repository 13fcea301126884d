import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { validationError } from './validation-error.js';

/** Marks a parameter as input for DtoValidationPipe, on both transports. */
export const INPUT = Symbol('input');

const InputParameter = createParamDecorator((_marker: typeof INPUT, context: ExecutionContext): unknown =>
  context.getType() === 'ws'
    ? context.switchToWs().getData<unknown>()
    : httpInput(context.switchToHttp().getRequest<Request>()),
);

/** Input of an operation as one DTO: payload of a command, or path and query (GET, DELETE), or path and body. */
export const Input = (): ParameterDecorator => InputParameter(INPUT);

function httpInput(request: Request): unknown {
  const inQuery = request.method === 'GET' || request.method === 'DELETE';
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const [fields, other] = inQuery ? [request.query, body] : [body, request.query];
  const misplaced = [...Object.keys(other), ...Object.keys(fields).filter((name) => name in request.params)];
  if (misplaced.length > 0)
    throw validationError(misplaced.map((field) => ({ field, code: 'unknown_field' })));
  const repeated = Object.keys(request.query).filter((name) => Array.isArray(request.query[name]));
  if (repeated.length > 0)
    throw validationError(repeated.map((field) => ({ field, code: 'duplicate_field' })));
  return Object.assign(Object.create(null) as object, fields, request.params);
}

/** Input of an operation without fields. */
export class NoInputDto {}
