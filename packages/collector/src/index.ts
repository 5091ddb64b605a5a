export { type Ingestion, readIngestion } from './ingestion.ts';
export { type Acceptance, DEFAULT_INTAKE_LIMITS, Intake, type IntakeLimits } from './intake.ts';
export { jaegerHttpReceiver } from './jaeger-http-receiver.ts';
export { type CollectorMetrics, createCollectorMetrics } from './metrics.ts';
export { type GrpcListener, type OtlpGrpcReceiverOptions, startOtlpGrpcReceiver } from './otlp-grpc-receiver.ts';
export { type HttpReceiverOptions, otlpHttpReceiver } from './otlp-http-receiver.ts';
export { type Refusal, refusalOf } from './refusal.ts';
