import { Controller, HttpException, Inject, Options, Post, Req, Res } from '@nestjs/common';
import type { HookAnswer } from '@strata/registry-events';
import type { Logger } from '@strata/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { COMMIT_TIMEOUT_MS, RETRY_AFTER_SECONDS, UNASKED_BYTES } from './ceilings.js';
import type { AdmittedDelivery } from './check-sender.js';
import { statusOfFailure } from './failure-answer.js';
import type { HookSource } from './hook-source.js';
import { leaveUnread } from './leave-unread.js';
import type { ReceivedBody } from './read-body.js';
import { receiveDelivery, type HookTools } from './receive-delivery.js';
import { withinTime } from './within-time.js';

/** The name under which Nest hands out the tools of the hook. */
export const HOOK_TOOLS = Symbol('hook tools');
/** The name under which Nest hands out the log. */
export const HOOK_LOGGER = Symbol('hook logger');

const PATHS = [':source', ':source/:token'];

/** A request whose sender `checkSender` let through and whose body `readBody` read; OPTIONS may have none. */
type HookRequest = FastifyRequest<{ Body: ReceivedBody | undefined }>;

@Controller('hooks')
export class ReceiveDeliveryController {
  constructor(
    @Inject(HOOK_TOOLS) private readonly tools: HookTools,
    @Inject(HOOK_LOGGER) private readonly logger: Logger,
  ) {}

  /** 2xx says: committed. 503 and 429 say: send it again. Nothing that a body holds leads to another answer. */
  @Post(PATHS)
  async receive(@Req() request: HookRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object | null> {
    const { source, headers } = admitted(request);
    const { body } = request;
    if (body === undefined) throw new Error('a delivery passed by readBody');
    if (body.kind === 'unproven') throw this.unauthorized(reply, source);
    if (body.kind === 'busy') {
      leaveUnread(request.raw, UNASKED_BYTES);
      throw this.later(reply, 503, 'too many long deliveries at once, send it again');
    }
    if (this.mustStandBack(source)) throw this.later(reply, 429, 'more than your share while others wait');
    try {
      const receiving = (): Promise<number> => receiveDelivery(this.tools, source, { headers, body });
      const accepted = await withinTime(this.tools.crowd.join(receiving), COMMIT_TIMEOUT_MS);
      source.share.spend(accepted, this.tools.now());
      const answer =
        body.kind === 'whole' ? source.dialect.answer?.({ method: 'POST', headers, body: body.bytes }) : null;
      if (answer != null) return give(reply, answer);
      void reply.code(source.dialect.sender.acceptedStatus);
      return { accepted };
    } catch (error) {
      this.logger.error({ err: error, source: source.name }, 'a delivery could not be committed');
      const status = statusOfFailure(error);
      if (status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      throw new HttpException({ error: 'not committed, send it again' }, status, { cause: error });
    }
  }

  /** Answers a sender that asks whether it may send; 404 where the dialect knows no such question. */
  @Options(PATHS)
  ask(@Req() request: HookRequest, @Res({ passthrough: true }) reply: FastifyReply): object | null {
    const { source, headers } = admitted(request);
    const answer = source.dialect.answer?.({ method: 'OPTIONS', headers, body: new Uint8Array() });
    if (answer == null) throw new HttpException({ error: 'not found' }, 404);
    return give(reply, answer);
  }

  /** In a crowd a source that has had its share is told to come back, if it does come back. */
  private mustStandBack({ dialect, share }: HookSource): boolean {
    return this.tools.crowd.isDense() && dialect.sender.retries && share.isUsedUp(this.tools.now());
  }

  private unauthorized(reply: FastifyReply, { challenge }: HookSource): HttpException {
    void reply.header('www-authenticate', challenge);
    return new HttpException({ error: 'unauthorized' }, 401);
  }

  private later(reply: FastifyReply, status: 429 | 503, error: string): HttpException {
    void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    return new HttpException({ error }, status);
  }
}

function admitted({ delivery }: HookRequest): AdmittedDelivery {
  if (delivery === null) throw new Error('a delivery passed by checkSender');
  return delivery;
}

function give(reply: FastifyReply, { status, headers, body }: HookAnswer): object | null {
  void reply.code(status).headers(headers);
  return body;
}
