/**
 * The library: the verbs of the command line as functions, but for `cache` and `config`, which look after files of the user's.
 * docs/json.md describes the results.
 */
export { CnbError, EXIT_STATUS, type Diagnostic, type ErrorCode, type ErrorKind, type Place } from './errors.js'
export type { Reporter, TrowelEvent } from './events.js'
export { DEFAULT_LIMITS, type Limits } from './limits.js'
export type { BuilderPlanResult, BuilderResult } from './operations/builder-result.js'
export {
  registerBuildpack,
  yankBuildpack,
  type ChangeOutcome,
  type ChangeResult,
  type RegisterBuildpackOptions,
  type YankBuildpackOptions,
} from './operations/change-registry.js'
export { checkFiles, type CheckOutcome } from './operations/check-files.js'
export { checkMatrix, type MatrixOutcome } from './operations/check-matrix.js'
export type { CheckOptions } from './operations/check-options.js'
export type { CheckReport } from './operations/check-report.js'
export { copyImage, type CopyImageOptions, type CopyResult } from './operations/copy-image.js'
export { createBuilder, type CreateBuilderOutcome } from './operations/create-builder.js'
export type { CreateBuilderOptions } from './operations/create-builder-options.js'
export { downloadSbom, type DownloadSbomOptions, type SbomResult } from './operations/download-sbom.js'
export { explain, explainedCatalogue, type ExplainedCatalogue, type Explanation } from './operations/explain-rule.js'
export { fileSchema } from './operations/file-schema.js'
export { fixFiles, type FixedFile, type FixFilesOptions } from './operations/fix-files.js'
export { architectureOf, type Host } from './operations/host.js'
export type { ImageOptions } from './operations/image-options.js'
export type { ImageResult } from './operations/image-result.js'
export { inspectApp } from './operations/inspect-app.js'
export { inspectBuilder, type BuilderInspection, type InspectBuilderOptions } from './operations/inspect-builder.js'
export { inspectPackage, type InspectPackageOptions } from './operations/inspect-package.js'
export type { InspectedApp, InspectedBuilder, InspectedPackage, Inspection } from './operations/inspected.js'
export type { LookUpOptions } from './operations/look-up.js'
export type { MatrixResult } from './operations/matrix-result.js'
export { newModule, type NewModuleOptions, type NewModuleResult } from './operations/new-module.js'
export type { NetworkOptions } from './operations/network-options.js'
export type { OrderOptions } from './operations/order-options.js'
export type { OrderExplanation, OrderReport } from './operations/order-report.js'
export { packageModule, type PackageOutcome } from './operations/package-module.js'
export type { PackageOptions } from './operations/package-options.js'
export type { PackagePlanResult, PackageResult } from './operations/package-result.js'
export { pullBuildpack, type PullBuildpackOptions, type PullResult } from './operations/pull-buildpack.js'
export { showOrder } from './operations/show-order.js'
export type { Surroundings } from './operations/surroundings.js'
