import { v7 as newId } from 'uuid';

const ids = new WeakMap<object, string>();

/**
 * Id of an HTTP request, in its log line and in its problem details. Generated at the first call, so that a request that
 * succeeds without a log line costs nothing.
 */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) {
    id = newId();
    ids.set(request, id);
  }
  return id;
}
