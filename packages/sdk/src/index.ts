export { requestOfBatch, requestOfBatches, spansOfBatch } from './export/batch-bytes.ts';
export type { Compression } from './export/compress-body.ts';
export { consoleExporter, type ConsoleExporterOptions } from './export/console-exporter.ts';
export type { DeliveryOptions } from './export/delivering-exporter.ts';
export type { DeliveryClock } from './export/delivery-clock.ts';
export { exporterOfConfig } from './export/exporter-of-config.ts';
export { fileExporter, type FileExporterOptions } from './export/file-exporter.ts';
export type { HttpOptions } from './export/http-sender.ts';
export type { HttpExporterOptions } from './export/http-transport.ts';
export type { GrpcExporterOptions } from './export/grpc-transport.ts';
export { jaegerGrpcExporter, type JaegerGrpcExporterOptions } from './export/jaeger-grpc-exporter.ts';
export { jaegerHttpExporter, type JaegerHttpExporterOptions } from './export/jaeger-http-exporter.ts';
export { jaegerUdpExporter, type JaegerUdpExporterOptions } from './export/jaeger-udp-exporter.ts';
export { type MemoryExporter, memoryExporter, type MemoryExporterOptions } from './export/memory-exporter.ts';
export { asOfficialExporter } from './export/as-official-exporter.ts';
export { officialExporter, type OfficialExportResult, type OfficialSpanExporter } from './export/official-exporter.ts';
export type { ReadableEvent, ReadableSpan } from './export/readable-span.ts';
export { otlpGrpcExporter, type OtlpGrpcExporterOptions } from './export/otlp-grpc-exporter.ts';
export { otlpHttpExporter, type OtlpHttpExporterOptions } from './export/otlp-http-exporter.ts';
export { simpleListExporter, type SimpleListExporterOptions } from './export/simple-list-exporter.ts';
export type {
  BatchExporter,
  EncodedScopeSpans,
  ExportOutcome,
  ExportTimer,
  SpanBatch,
} from './export/span-exporter.ts';
export type { TlsOptions } from './export/tls-files.ts';
export { workerExporter, type WorkerExporterOptions } from './export/worker-exporter.ts';
export { zipkinExporter, type ZipkinExporterOptions } from './export/zipkin-exporter.ts';
export { b3Propagator } from './propagation/b3.ts';
export {
  type CarrierAccess,
  environmentCarrier,
  type GrpcMetadata,
  grpcMetadataCarrier,
  kafkaCarrier,
  type KafkaHeaders,
  MAX_SQS_ATTRIBUTES,
  plainCarrier,
  type SqsAttributes,
  sqsCarrier,
} from './propagation/carriers.ts';
export { isDebugRequested } from './propagation/carried-context.ts';
export { compositePropagator } from './propagation/composite.ts';
export { datadogPropagator } from './propagation/datadog.ts';
export { jaegerPropagator } from './propagation/jaeger.ts';
export { messagePropagator } from './propagation/message-propagator.ts';
export { otTracePropagator } from './propagation/ot-trace.ts';
export { propagatorsOfConfig, type TransportPropagators } from './propagation/propagators-of-config.ts';
export { propagatorByName } from './propagation/propagator-by-name.ts';
export { type SqlCommentOptions, withSqlComment } from './propagation/sql-comment.ts';
export { parseTraceState, type TraceContextLevel } from './propagation/trace-state.ts';
export { type BaggageLimits, baggagePropagator } from './propagation/w3c-baggage.ts';
export { type TraceContextOptions, traceContextPropagator } from './propagation/w3c-trace-context.ts';
export { xRayPropagator } from './propagation/x-ray.ts';
export { xTraceIdPropagator } from './propagation/x-trace-id.ts';
export { adaptiveSampler, type AdaptiveSamplerOptions } from './sampling/adaptive-sampler.ts';
export { alwaysSampler, customSampler, neverSampler } from './sampling/constant-samplers.ts';
export { type ParentBasedOptions, parentBasedSampler } from './sampling/parent-based-sampler.ts';
export { rateLimitingSampler } from './sampling/rate-limiting-sampler.ts';
export { ratioSampler, type RatioSamplerOptions } from './sampling/ratio-sampler.ts';
export { type RemoteSampler, remoteSampler, type RemoteSamplerOptions } from './sampling/remote-sampler.ts';
export { perOperationSampler, prioritySampler, ruleSampler, type SamplingRule } from './sampling/rule-sampler.ts';
export { type ConfiguredSampler, samplerOfConfig, type SamplerSurroundings } from './sampling/sampler-of-config.ts';
export { type Sampler, SamplingDecision, type SamplingResult } from './sampling/sampler.ts';
export { addBusinessContext, type BusinessContext } from './helpers/business-context.ts';
export type { ArgumentLimits } from './helpers/captured-arguments.ts';
export { extractContext, injectContext } from './helpers/carry-context.ts';
export {
  addTraceIdsToConsole,
  type ConsoleLike,
  pinoTraceMixin,
  type TraceIds,
  traceIds,
  winstonTraceFormat,
} from './helpers/log-trace-ids.ts';
export { service, type ServiceDecorator, type ServiceOptions } from './helpers/service.ts';
export { markAsError } from './helpers/settle.ts';
export { type DatabaseCall, traceDatabase } from './helpers/trace-database.ts';
export { traced, type TracedMethodDecorator, type TracedOptions } from './helpers/traced.ts';
export { traceExternalCall } from './helpers/trace-external-call.ts';
export {
  type MessageBatch,
  type MessageProcess,
  type MessagePublish,
  type MessagingTarget,
  traceMessageBatch,
  traceMessageProcess,
  traceMessagePublish,
} from './helpers/trace-messages.ts';
export { withSpan, type WithSpanOptions } from './helpers/with-span.ts';
export { detectResource, type DetectResourceOptions, type ResourceDetectorName } from './resource/detect-resource.ts';
export type { RawAttribute, ReadableResource } from './resource/readable-resource.ts';
export { mergeResources, type SdkResource } from './resource/resource.ts';
export type { Surroundings } from './resource/surroundings.ts';
export { type ConfigProblem, TracingConfigError } from './config/config-error.ts';
export { configuredResource } from './config/configured-resource.ts';
export { type ResolveOptions, resolveTracingConfig } from './config/resolve-config.ts';
export type {
  BatchConfig,
  ExporterConfig,
  LimitsConfig,
  LogLevel,
  ProcessorConfig,
  RuleConditions,
  PropagationConfig,
  PropagatorName,
  SamplerConfig,
  SpanKindName,
  TracingConfig,
} from './config/tracing-config.ts';
export type { ExporterOptions, SamplerOptions, TracingOptions } from './config/tracing-options.ts';
export { AsyncContextManager } from './context/async-context-manager.ts';
export type { DurationCounts } from './overhead/duration-histogram.ts';
export type { OverheadMonitor } from './overhead/overhead-monitor.ts';
export type {
  ExportDurations,
  MonitorOverhead,
  OperationCount,
  OverheadPart,
  OverheadSnapshot,
  PartOverhead,
  QueueOverhead,
  SpanParentOrigin,
  SpanSamplingResult,
  StartedSpans,
} from './overhead/overhead-snapshot.ts';
export type { BatchProcessorOptions } from './processing/batch-processor.ts';
export {
  createTracerProvider,
  type ExportPipeline,
  type FlushOptions,
  type ScopeOptions,
  type TracerProvider,
  type TracerProviderOptions,
} from './provider.ts';
export type { ClockSource } from './span/clock.ts';
export type { RecordingSpan } from './span/recording-span.ts';
export { type IdGenerator, xRayIdGenerator } from './span/id-generator.ts';
export type { SpanLimits } from './span/span-limits.ts';
export type { SpanProcessor } from './span/span-processor.ts';
export { flushAfter, type FlushAfterOptions } from './start/flush-after.ts';
export type { Flushable } from './start/bounded-flush.ts';
export type { HttpTracingChoice } from './start/http-tracing.ts';
export type { Instrumentation } from './start/instrumentation.ts';
export { startTracing } from './start/start-tracing.ts';
export type { StartTracingOptions, Tracing } from './start/tracing.ts';
export type {
  HeaderValue,
  IncomingRequest,
  OutgoingRequest,
  ReceivedResponse,
  SentResponse,
  UndiciRequest,
  UndiciResponse,
} from './http/http-exchange.ts';
export type {
  CapturedHeaders,
  HttpConventions,
  HttpInstrumentationOptions,
  HttpSpanOptions,
  IgnoreRule,
} from './http/http-options.ts';
export type { HttpTracingParts } from './http/http-settings.ts';
export { type HttpInstrumentation, instrumentHttp } from './http/instrument-http.ts';
export { DEFAULT_REDACTED_QUERY_KEYS } from './http/attributes/redact-query.ts';
export { expressTracing, type ExpressTracing } from './http/middleware/express.ts';
export { fastifyTracing, type FastifyTracingPlugin } from './http/middleware/fastify.ts';
export { type FetchHandlerOptions, traceFetchHandler } from './http/middleware/fetch-handler.ts';
export type { FetchSpanEnd } from './http/middleware/fetch-span.ts';
export { honoTracing, type HonoTracing, type HonoTracingOptions } from './http/middleware/hono.ts';
export { koaTracing, type KoaTracing } from './http/middleware/koa.ts';
export { HttpResponseError, MAX_ERROR_BODY_CHARACTERS } from './http/traced-client/http-response-error.ts';
export type { QueryValues } from './http/traced-client/request-url.ts';
export type { HeadersInput } from './http/traced-client/sent-request.ts';
export {
  createTracedClient,
  type TracedClient,
  type TracedClientOptions,
  type TracedRequestOptions,
  type TracedResponse,
} from './http/traced-client/traced-client.ts';
