import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from '@strata/runtime';
import { HOOK_LOGGER, HOOK_TOOLS, ReceiveDeliveryController } from './receive-delivery.controller.js';
import type { HookTools } from './receive-delivery.js';

/** The hook process: one route, and the tools it was given. */
@Module({})
export class WebhookIngestModule {
  static with(tools: HookTools, logger: Logger): DynamicModule {
    return {
      module: WebhookIngestModule,
      controllers: [ReceiveDeliveryController],
      providers: [
        { provide: HOOK_TOOLS, useValue: tools },
        { provide: HOOK_LOGGER, useValue: logger },
      ],
    };
  }
}
