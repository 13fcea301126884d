import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { events, operations } from '../api-contract.js';
import { describeInputs } from './openapi-inputs.js';

type App = Parameters<typeof SwaggerModule.createDocument>[0];

/** The OpenAPI document, out of the controllers and the contract. */
export function openApiDocument(app: App): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('TMS Messaging Server')
    .setDescription(
      'REST of the messaging server. The same commands go over Socket.IO: see [/docs/events](/docs/events).',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const extraModels = [
    ...operations.flatMap(({ input, output }) => [input, output]),
    ...events.map(({ payload }) => payload),
  ];
  return describeInputs(SwaggerModule.createDocument(app, info, { extraModels }));
}
