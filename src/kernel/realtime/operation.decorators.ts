import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { SubscribeMessage } from '@nestjs/websockets';
import type { AuthUser } from '../identity/auth-user.js';
import { ProblemDetailsDto } from '../errors/problem-details.dto.js';
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
  descriptor: TypedPropertyDescriptor<(input: In) => Promise<Out>>,
) => void;

const PUBLIC = 'operation:public';

/** A method of a gateway that carries out a command; its signature must be the command's. */
export function CommandHandler<In extends object, Out extends object>(
  operation: Operation<In, Out>,
): HandlerDecorator<In, Out> {
  return SubscribeMessage(operation.name);
}

/** A method of a controller that carries out an operation: its signature and its documentation are the operation's. */
export function Endpoint<In extends object, Out extends object>(
  operation: Operation<In, Out>,
  status?: number,
): HandlerDecorator<In, Out> {
  return applyDecorators(ApiBearerAuth(), documented(operation, status));
}

/** The same for an operation that needs no token: nobody is the caller. */
export function PublicEndpoint<In extends object, Out extends object>(
  operation: Operation<In, Out>,
  status?: number,
): PublicHandlerDecorator<In, Out> {
  return applyDecorators(Public(), documented(operation, status));
}

/** A route that needs no token. */
export function Public(): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    Reflect.defineMetadata(PUBLIC, true, (descriptor?.value as object | undefined) ?? target);
  };
}

export function isPublic(...targets: object[]): boolean {
  return targets.some((target) => Reflect.getMetadata(PUBLIC, target) === true);
}

function documented(operation: Operation, status = defaultStatus(operation)): MethodDecorator {
  const { name, summary, output, errors = [] } = operation;
  return applyDecorators(
    ApiOperation({ operationId: name, summary }),
    ApiResponse({ status, type: output }),
    ApiExtraModels(ProblemDetailsDto),
    ...byStatus(errors).map(([code, kinds]) => problemResponse(code, kinds)),
    problemResponse('default', 'Any other error, in the one shape.'),
  );
}

function problemResponse(status: number | 'default', description: string): MethodDecorator {
  const schema = { $ref: getSchemaPath(ProblemDetailsDto) };
  return ApiResponse({ status, description, content: { 'application/problem+json': { schema } } });
}

function defaultStatus({ rest }: Operation): number {
  return rest?.startsWith('POST ') ? 201 : 200;
}

function byStatus(errors: NonNullable<Operation['errors']>): [number, string][] {
  const statuses = [...new Set(errors.map(({ status }) => status))];
  return statuses.map((status) => [
    status,
    errors
      .filter((kind) => kind.status === status)
      .map((kind) => `${kind.code}: ${kind.title}`)
      .join(' '),
  ]);
}
