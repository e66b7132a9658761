import { Module } from '@nestjs/common';

/** The worker has no route of its own besides its health. */
@Module({})
export class WorkerModule {}
