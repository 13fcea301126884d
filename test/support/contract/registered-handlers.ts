import { ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express } from 'express';
import { isPublic } from '../../../src/kernel/realtime/operation.decorators.js';
import { INPUT } from '../../../src/kernel/validation/input.decorator.js';

/** Handler method of a controller or gateway. */
export interface Handler {
  /** `POST /v1/messages`, with the braces of the contract; a gateway has none. */
  route?: string;
  /** Event that the gateway method handles. */
  command?: string;
  isPublic: boolean;
  /** Classes by which the pipe validates the parameters with @Input(). */
  inputs: unknown[];
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** All handler methods of the controllers and gateways of the application. */
export function listHandlers(app: NestExpressApplication): Handler[] {
  const modules = [...app.get(ModulesContainer).values()];
  const classes = modules.flatMap(({ controllers, providers }) =>
    [...controllers.values(), ...providers.values()].map(({ metatype }) => metatype),
  );
  return [...new Set(classes)].flatMap((type) =>
    typeof type === 'function' && type.prototype ? methodsOf(type as Class) : [],
  );
}

/** All routes of the Express application, also those outside of controllers. */
export function listRoutes(app: NestExpressApplication): string[] {
  const { router }: Express = app.getHttpAdapter().getInstance();
  return (router.stack as unknown as Layer[]).flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${braced(route.path)}`) : [],
  );
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

type Class = (new () => unknown) & { prototype: Record<string, object> };

function methodsOf(type: Class): Handler[] {
  const isController = Reflect.hasMetadata('__controller__', type);
  const isGateway = Reflect.hasMetadata('websockets:is_gateway', type);
  if (!isController && !isGateway) return [];
  const names = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor');
  return names.flatMap((name): Handler[] => {
    const method = type.prototype[name]!;
    const command = Reflect.getMetadata('message', method) as string | undefined;
    const path = Reflect.getMetadata('path', method) as string | undefined;
    const about = { isPublic: isPublic(method, type), inputs: inputsOf(type, name) };
    if (isGateway && command !== undefined) return [{ command, ...about }];
    if (!isController || path === undefined) return [];
    const verb = METHODS[Reflect.getMetadata('method', method) as number];
    const parts = [Reflect.getMetadata('path', type) as string, path].filter((part) => part !== '/');
    return [{ route: `${verb} /${braced(parts.join('/'))}`, ...about }];
  });
}

function inputsOf(type: Class, name: string): unknown[] {
  const parameters = (Reflect.getMetadata('design:paramtypes', type.prototype, name) ?? []) as unknown[];
  const declared = (Reflect.getMetadata('__routeArguments__', type, name) ?? {}) as Record<string, Declared>;
  return Object.values(declared)
    .filter(({ data }) => data === INPUT)
    .map(({ index }) => parameters[index]);
}

interface Declared {
  index: number;
  data?: unknown;
}

function braced(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}
