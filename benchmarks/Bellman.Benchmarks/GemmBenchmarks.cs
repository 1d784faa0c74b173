using BenchmarkDotNet.Attributes;

namespace Bellman.Benchmarks;

/*
 * The products of small networks and three squares, with bias. NN is the forward pass, TN the gradient of the weights, NT that of the inputs; rows x columns x terms of a sum.
 *
 * Zen 5, AVX-512, one thread, FMA peak 289 GFLOP/s ("dotnet run -c Release -- gemm"; before: narrow products by part tiles, B packed from 27 rows, A always packed):
 *
 * | product        |     time | GFLOP/s | of peak |  before | two threads |
 * |----------------|---------:|--------:|--------:|--------:|------------:|
 * | NN 64x64x64    |  1.91 µs |     274 |    95 % |         |             |
 * | NN 256x256x256 |   124 µs |     271 |    94 % |  133 µs |      1.94 x |
 * | TN 256x256x256 |   123 µs |     273 |    94 % |  128 µs |      1.92 x |
 * | NT 256x256x256 |   123 µs |     273 |    94 % |  131 µs |      1.94 x |
 * | NN 1024 cubed  |  8.06 ms |     266 |    92 % |         |      1.94 x |
 * | NN 32x512x3136 |   378 µs |     272 |    95 % |  522 µs |             |
 * | NN 1x64x64     |  0.06 µs |     128 |         |         |             |
 * | NN 8x2x64      |  0.09 µs |      22 |         |         |             |
 * | NN 64x2x64     |  0.25 µs |      66 |         | 0.65 µs |             |
 * | NN 64x6x64     |  0.38 µs |     130 |         | 0.76 µs |             |
 * | TN 64x2x64     |  0.10 µs |     158 |         | 0.25 µs |             |
 * | TN 64x6x64     |  0.23 µs |     212 |         | 0.75 µs |             |
 * | NN 256x64x64   |  7.50 µs |     280 |    97 % |         |      1.90 x |
 * | NT 256x64x64   |  7.68 µs |     273 |    94 % |         |      1.87 x |
 *
 * Conclusion: tiles of 13 x 32 reach the peak wherever their operands lie in the first two caches. A tile four registers wide serves up to 6 rows. Packing B pays only
 * when more than six tiles read it, packing A only against rows a multiple of 2 KiB apart or for more than 512 columns. Up to 8 columns the product is computed turned: turning
 * 64 x 64 of A costs 0.15 µs and saves more. One row is bound by the latency of its chain of multiply-adds, four cycles a step of k, which the rule about bits forbids to split.
 * Two threads pay from 256x64x64 while helpers are awake.
 */
public class GemmBenchmarks
{
    private GemmProduct? product;

    public static IEnumerable<GemmShape> Shapes =>
    [
        new(64, 64, 64), new(256, 256, 256), new(1024, 1024, 1024),
        new(1, 64, 4), new(1, 64, 64), new(1, 2, 64), new(8, 64, 4), new(8, 64, 64), new(8, 2, 64),
        new(64, 64, 4), new(64, 1, 64), new(64, 2, 64), new(64, 6, 64), new(256, 64, 64), new(256, 2, 64),
        new(4, 64, 64, TransposeA: true), new(64, 64, 64, TransposeA: true), new(64, 2, 64, TransposeA: true), new(64, 6, 64, TransposeA: true), new(64, 64, 256, TransposeA: true),
        new(64, 64, 64, TransposeB: true), new(64, 64, 2, TransposeB: true), new(64, 64, 6, TransposeB: true), new(256, 64, 64, TransposeB: true),
        new(256, 256, 23), new(256, 1, 256), new(256, 256, 256, TransposeA: true), new(256, 256, 256, TransposeB: true),
    ];

    [ParamsSource(nameof(Shapes))]
    public GemmShape Shape { get; set; }

    [GlobalSetup]
    public void Setup() => product = new GemmProduct(Shape);

    [GlobalCleanup]
    public void Cleanup() => product?.Dispose();

    [Benchmark]
    public void Product() => product!.Run();
}
