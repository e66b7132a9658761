import { Controller, HttpException, Inject, Post, Req, Res } from '@nestjs/common';
import type { Logger } from '@strata/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { COMMIT_TIMEOUT_MS, RETRY_AFTER_SECONDS } from './ceilings.js';
import { statusOfFailure } from './failure-answer.js';
import type { ReceivedBody } from './read-body.js';
import { receiveDelivery, type HookTools } from './receive-delivery.js';
import { withinTime } from './within-time.js';

/** The name under which Nest hands out the tools of the hook. */
export const HOOK_TOOLS = Symbol('hook tools');
/** The name under which Nest hands out the log. */
export const HOOK_LOGGER = Symbol('hook logger');

/** A request whose sender `checkSender` let through and whose body `readBody` read. */
type HookRequest = FastifyRequest<{ Params: { source: string }; Body: ReceivedBody }>;

@Controller('hooks')
export class ReceiveDeliveryController {
  constructor(
    @Inject(HOOK_TOOLS) private readonly tools: HookTools,
    @Inject(HOOK_LOGGER) private readonly logger: Logger,
  ) {}

  /** 202 says: committed. 503 says: send it again. Nothing that a body holds leads to another answer. */
  @Post(':source')
  async receive(@Req() request: HookRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const source = this.tools.sources.get(request.params.source);
    const headers = request.deliveryHeaders;
    if (source === undefined || headers === null) throw new Error('a delivery passed by checkSender');
    const delivery = { headers, body: request.body };
    try {
      const accepted = await withinTime(receiveDelivery(this.tools, source, delivery), COMMIT_TIMEOUT_MS);
      void reply.code(202);
      return { accepted };
    } catch (error) {
      this.logger.error({ err: error, source: source.name }, 'a delivery could not be committed');
      const status = statusOfFailure(error);
      if (status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      throw new HttpException({ error: 'not committed, send it again' }, status, { cause: error });
    }
  }
}
