/** The input of an operation that takes none: any field is one too many. */
export class NoInputDto {}
