import type { OpenAPIObject } from '@nestjs/swagger';
import { errorCatalogue } from '../kernel/errors/app-error.js';
import { findReferenced, toJsonSchema } from './json-schema.js';
import { nameEnums, type Schema } from './named-enums.js';
import { TAGS } from './tags.js';

/** License by its SPDX identifier, which OpenAPI 3.1 accepts instead of a URL. */
const LICENSE = { name: 'Apache License 2.0', identifier: 'Apache-2.0' };

type Paths = OpenAPIObject['paths'];

interface RouteObject {
  operationId: string;
  parameters?: { name: string; schema: { pattern?: string } }[];
}

/**
 * OpenAPI 3.1 document as served: JSON Schema instead of `nullable`, the schemas that routes use, one named schema for each
 * list of values, tags with a text, and security on each operation.
 */
export function publishOpenApi(document: OpenAPIObject, publicUrl = ''): OpenAPIObject {
  const { components, ...rest } = toJsonSchema(document);
  const allPaths = addSecurity(addSelfRoutes(rest.paths));
  const all = components?.schemas as Record<string, Schema>;
  const used = Object.fromEntries(
    [...findReferenced(allPaths, all)].sort().map((name) => [name, all[name]!]),
  );
  const { paths, schemas } = nameEnums({ paths: allPaths, schemas: addErrorCodes(used) });
  return {
    ...rest,
    openapi: '3.1.0',
    info: { ...rest.info, license: LICENSE },
    servers: [{ url: publicUrl.replace(/\/+$/, '') || '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { ...components, schemas },
  };
}

/**
 * Paths with `me` in place of a user id have the methods of the template that accept it: OpenAPI matches a concrete path
 * before a template.
 */
function addSelfRoutes(paths: Paths): Paths {
  const entries = Object.entries(paths).map(([path, item]) => {
    const template = paths[path.replace(/\/me$/, '/{userId}')];
    if (!path.endsWith('/me') || !template) return [path, item];
    const added = Object.entries(template as Record<string, RouteObject>).flatMap(([method, route]) => {
      const user = route.parameters?.find(({ name }) => name === 'userId');
      if (method in item || !user?.schema.pattern?.includes('me|')) return [];
      const parameters = route.parameters!.filter((parameter) => parameter !== user);
      return [[method, { ...route, operationId: `${route.operationId}_self`, parameters }] as const];
    });
    return [path, { ...item, ...Object.fromEntries(added) }];
  });
  return Object.fromEntries(entries) as Paths;
}

function addErrorCodes({
  ProblemDetailsDto: problem,
  ...schemas
}: Record<string, Schema>): Record<string, Schema> {
  const code = {
    ...problem!.properties!.code,
    enum: errorCatalogue()
      .map((kind) => kind.code)
      .sort(),
  };
  return { ...schemas, ProblemDetailsDto: { ...problem, properties: { ...problem!.properties, code } } };
}

/** An empty list says that a public operation takes no token. */
function addSecurity(paths: Paths): Paths {
  const entries = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations as Record<string, object>).map(([method, operation]) => [
        method,
        { security: [], ...operation },
      ]),
    ),
  ]);
  return Object.fromEntries(entries) as Paths;
}
