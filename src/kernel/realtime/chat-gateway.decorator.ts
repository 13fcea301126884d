import { applyDecorators, UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { ProblemFilter } from '../errors/problem.filter.js';

/** A gateway whose commands answer errors in the one shape. Global exception filters do not reach gateways. */
export function ChatGateway(): ClassDecorator {
  return applyDecorators(WebSocketGateway(), UseFilters(ProblemFilter));
}
