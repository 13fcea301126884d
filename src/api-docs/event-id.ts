import { commands } from '../api-contract.js';
import type { Event } from '../kernel/realtime/contract.js';

/** By what a document knows an event: its name, unless a command has the same one. */
export function eventId({ name }: Event): string {
  return commands.some((command) => command.name === name) ? `${name}.event` : name;
}
