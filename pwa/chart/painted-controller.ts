import { type Chart, DatasetController } from 'chart.js';

declare module 'chart.js' {
  interface ChartTypeRegistry {
    painted: {
      chartOptions: unknown;
      datasetOptions: { draw: (chart: Chart) => void; clip: number };
      defaultDataPoint: object;
      metaExtensions: Record<string, never>;
      parsedDataType: object;
      scales: 'linear';
    };
  }
}

/** The kind of all datasets of the chart. */
export type DatasetKind = 'painted';

/**
 * A dataset that is drawn whole: Chart.js gives it its place among the others and the clipping, and is spared an element for
 * every point and candle. `draw` of the dataset paints it.
 */
export class PaintedController extends DatasetController<'painted'> {
  static readonly id = 'painted';
  /** Chart.js insists on a registered element, though none is made. */
  static readonly defaults = { dataElementType: 'point' };

  override addElements(): void {
    // No elements: what there is is painted from its numbers.
  }

  override buildOrUpdateElements(): void {
    // As above.
  }

  override update(): void {
    // Nothing is kept between two drawings.
  }

  /** The axes get their bounds from the scene. */
  override getMinMax(): { min: number; max: number } {
    return { min: 0, max: 1 };
  }

  override draw(): void {
    const dataset = this.getDataset();
    if ('draw' in dataset && typeof dataset.draw === 'function') dataset.draw(this.chart);
  }
}
