import { applyDecorators, HttpCode, UseFilters, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { JsonBodyInterceptor } from '../http/json-body.interceptor.js';
import { LocationInterceptor } from '../http/response-headers.js';
import type { AuthUser } from '../identity/auth-user.js';
import type { ErrorKind } from '../errors/app-error.js';
import {
  payloadTooLarge,
  serviceUnavailable,
  tokenExpired,
  unauthenticated,
  unsupportedMediaType,
  validationFailed,
} from '../errors/base.errors.js';
import { PROBLEM_CONTENT, ProblemDetailsDto } from '../errors/problem-details.dto.js';
import { ProblemFilter } from '../errors/problem.filter.js';
import type { Operation } from './contract.js';

type Handler<In, Out> = (user: AuthUser, input: In, ...more: never[]) => Promise<Out>;
type HandlerDecorator<In, Out> = (
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<Handler<In, Out>>,
) => void;

type PublicHandlerDecorator<In, Out> = (
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<(input: In, ...more: never[]) => Promise<Out>>,
) => void;

const PUBLIC = 'operation:public';
const LOCATION = { description: 'Path of the created resource.', schema: { type: 'string' as const } };

/** Gateway of commands. Adds the exception filter, because global filters do not apply to gateways. */
export function ChatGateway(): ClassDecorator {
  return applyDecorators(WebSocketGateway(), UseFilters(ProblemFilter));
}

/** Gateway method of a command. Its signature is that of the command. */
export function CommandHandler<In extends object, Out extends object>(
  operation: Operation<In, Out>,
): HandlerDecorator<In, Out> {
  return SubscribeMessage(operation.name);
}

/** Controller method of an operation, with its signature and documentation. Status: 201 for POST, otherwise 200, unless given. */
export function Endpoint<In extends object, Out extends object>(
  operation: Operation<In, Out>,
  status?: number,
): HandlerDecorator<In, Out> {
  return applyDecorators(
    ApiBearerAuth(),
    documentOperation(operation, [unauthenticated, tokenExpired], status),
  );
}

/** Controller method of an operation without authentication: it has no user parameter. */
export function PublicEndpoint<In extends object, Out extends object>(
  operation: Operation<In, Out>,
  status?: number,
): PublicHandlerDecorator<In, Out> {
  return applyDecorators(Public(), documentOperation(operation, [], status));
}

/** Route or controller without authentication. */
export function Public(): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    Reflect.defineMetadata(PUBLIC, true, (descriptor?.value as object | undefined) ?? target);
  };
}

export function isPublic(...targets: object[]): boolean {
  return targets.some((target) => Reflect.getMetadata(PUBLIC, target) === true);
}

function documentOperation(
  operation: Operation,
  accessErrors: ErrorKind[],
  status = defaultStatus(operation),
): MethodDecorator {
  const { name, summary, output, permission, socket, location, limits, multipart } = operation;
  const errors = new Set([
    validationFailed,
    ...accessErrors,
    ...(operation.errors ?? []),
    ...(hasRequestBody(operation) ? [payloadTooLarge, unsupportedMediaType] : []),
    serviceUnavailable,
  ]);
  const description = [
    `Permission: ${[permission].flat().join(', ')}.`,
    socket ? `The same command of the socket: \`${name}\`.` : 'The socket has no such command.',
  ].join(' ');
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ operationId: name, summary, description }),
    ApiResponse({
      status,
      description: 'Success.',
      type: output,
      ...(location && { headers: { Location: LOCATION } }),
    }),
    ...(multipart ? [] : [UseInterceptors(new JsonBodyInterceptor(limits))]),
    ...(location ? [UseInterceptors(new LocationInterceptor(location))] : []),
    ApiExtraModels(ProblemDetailsDto),
    ...describeErrorsByStatus([...errors]).map(([code, description]) => problemResponse(code, description)),
    problemResponse('default', 'Any other error.'),
  );
}

function problemResponse(status: number | 'default', description: string): MethodDecorator {
  return ApiResponse({ status, description, content: PROBLEM_CONTENT });
}

/** Inputs of GET and DELETE are in the query. */
function hasRequestBody({ rest }: Operation): boolean {
  return rest !== null && !/^(GET|DELETE) /.test(rest);
}

function defaultStatus({ rest }: Operation): number {
  return rest?.startsWith('POST ') ? 201 : 200;
}

function describeErrorsByStatus(errors: ErrorKind[]): [number, string][] {
  const statuses = [...new Set(errors.map(({ status }) => status))];
  return statuses.map((status) => [
    status,
    errors
      .filter((kind) => kind.status === status)
      .map((kind) => `${kind.code}: ${kind.title}`)
      .join(' '),
  ]);
}
