import type { Request } from 'express';

interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** Methods of the routes with the path of a request that matched none; empty for an unknown path. */
export function listAllowedMethods(request: Request): string[] {
  const { router } = request.app as unknown as { router: { stack: Layer[] } };
  const methods = router.stack.flatMap((layer) =>
    layer.route && matchesPath(layer, request.path) ? Object.keys(layer.route.methods) : [],
  );
  const allowed = new Set(
    methods.filter((method) => method !== '_all').map((method) => method.toUpperCase()),
  );
  if (allowed.has('GET')) allowed.add('HEAD');
  return [...allowed].sort();
}

/** A malformed path matches no route. */
function matchesPath(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
