/** A file of a form, complete, in a directory that goes with the request. */
export class ReceivedFile {
  constructor(
    /** Where it lies for now; whoever makes something of it works beside it. */
    readonly path: string,
    readonly size: number,
    /** As the client calls it: no path, nothing that cannot be shown. */
    readonly name: string,
    /** What the client says that it is. */
    readonly declaredType: string,
  ) {}
}
