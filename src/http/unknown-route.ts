import type { Request } from 'express';
import { Problem } from './problem.js';

/** As much of Express's router as is needed to ask it which methods a path has. */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** 405 with `Allow` when the path exists under other methods, else 404. */
export function unknownRoute(request: Request): Problem {
  const allowed = methodsOf(request);
  // A route may leave its own request to the next one, and nobody take it.
  if (allowed.length === 0 || allowed.includes(request.method)) {
    return new Problem(404, `There is nothing at ${request.method} ${request.path.slice(0, 200)}`, {
      code: 'unknown_route',
    });
  }
  return new Problem(405, 'The method is not allowed for the requested URL.', {
    code: 'method_not_allowed',
    headers: { Allow: allowed.join(', ') },
  });
}

function methodsOf(request: Request): string[] {
  const { stack } = (request.app as unknown as { router: { stack: Layer[] } }).router;
  const methods = stack
    .filter((layer) => layer.route && matches(layer, request.path))
    .flatMap((layer) => Object.keys(layer.route?.methods ?? {}))
    .map((method) => method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  return [...new Set(methods)].sort();
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // a path that cannot be decoded matches nothing
  }
}
