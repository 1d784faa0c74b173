using System.Diagnostics;
using Bellman.Numerics;

namespace Bellman.Benchmarks;

/// <summary>All shapes of <see cref="GemmBenchmarks"/> in some ten seconds: <c>dotnet run -c Release -- gemm</c>. The best of many short repetitions, so a busy machine hardly shows.</summary>
internal static unsafe class GemmTable
{
    public static void Print()
    {
        var peak = Enumerable.Range(0, 5).Max(_ => MachineBenchmark.FmaPeakGflops());
        Console.WriteLine($"{NumericsInfo.KernelSet}, FMA peak of one core {peak:F0} GFLOP/s");
        Console.WriteLine($"{"product",-24}{"1 thread",12}{"GFLOP/s",10}{"of peak",9}{"2 threads",12}{"gain",7}");
        foreach (var shape in GemmBenchmarks.Shapes)
        {
            using var product = new GemmProduct(shape);
            var one = BestSeconds(product);
            NumericsThreads.Count = 2;
            double two;
            using (NumericsThreads.Hot())
            {
                two = BestSeconds(product);
            }

            NumericsThreads.Count = 1;
            peak = Math.Max(peak, MachineBenchmark.FmaPeakGflops());
            var gigaflops = 2.0 * shape.M * shape.N * shape.K / one / 1e9;
            Console.WriteLine($"{shape,-24}{one * 1e6,9:F3} µs{gigaflops,10:F1}{gigaflops / peak,9:P0}{two * 1e6,9:F3} µs{one / two,6:F2}×");
        }
    }

    private static double BestSeconds(GemmProduct product)
    {
        for (var i = 0; i < 50; i++)
        {
            product.Run();
        }

        var single = Stopwatch.GetTimestamp();
        product.Run();
        var repetitions = (int)Math.Clamp(200e-6 / Stopwatch.GetElapsedTime(single).TotalSeconds, 1, 10_000);
        var best = double.MaxValue;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < 100;)
        {
            var before = Stopwatch.GetTimestamp();
            for (var i = 0; i < repetitions; i++)
            {
                product.Run();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds / repetitions);
        }

        return best;
    }
}
