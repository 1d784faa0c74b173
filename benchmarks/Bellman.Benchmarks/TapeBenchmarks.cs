using Bellman.Numerics;
using BenchmarkDotNet.Attributes;

namespace Bellman.Benchmarks;

/*
 * What an operation costs besides its arithmetic: a thousand of them in a row on one register of 16 floats, recorded, and with their backward pass; the times are of one operation.
 *
 * Zen 5, AVX-512, one thread, FMA peak 289 GFLOP/s, best of three runs in turn with the build before ("dotnet run -c Release -- --filter *TapeBenchmarks*"; the tables' figures are
 * of a loop that takes the best half millisecond):
 *
 * |          |  recorded |  before | and backward |  before |
 * |----------|----------:|--------:|-------------:|--------:|
 * | x·a      |     10 ns |   24 ns |        21 ns |   42 ns |
 * | tanh x   |     14 ns |   32 ns |        26 ns |   52 ns |
 * | x + y    |     11 ns |   34 ns |        20 ns |   49 ns |
 * | x·y      |     12 ns |   38 ns |        29 ns |   68 ns |
 *
 * Conclusion: kernels with their arguments go by reference, and shapes in two registers. By value and of five integers they were written as fields of 4 or 8 bytes and copied at once in pieces
 * of 16 or 32, and such a read waits until the writes have reached the cache: 10 ns each time, in a chain, since the next operation's shape is copied from this one's.
 */
public class TapeBenchmarks
{
    private const int Operations = 1000;

    private readonly Tape tape = new();
    private readonly Parameter parameter = new("x", 16);
    private Sgd? optimizer;
    private Func<Tensor, Tensor, Tensor> apply = (x, _) => x;

    [Params("x·a", "tanh x", "relu x", "clamp x", "x + y", "x·y")]
    public string Operation { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        parameter.CopyFrom([.. Enumerable.Range(1, 16).Select(i => i / 16f)]);
        optimizer = new Sgd([parameter], 1e-9);
        apply = Operation switch
        {
            "x·a" => (x, _) => x * 0.999f,
            "tanh x" => (x, _) => x.Tanh(),
            "relu x" => (x, _) => x.Relu(),
            "clamp x" => (x, _) => x.Clamp(-3, 3),
            "x + y" => (x, y) => x + y,
            _ => (x, y) => x * y,
        };
    }

    [GlobalCleanup]
    public void Cleanup() => tape.Dispose();

    [Benchmark(OperationsPerInvoke = Operations)]
    public Tensor Record()
    {
        tape.Reset();
        var first = tape.Use(parameter);
        var x = first;
        for (var i = 0; i < Operations; i++)
        {
            x = apply(x, first);
        }

        return x;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public void RecordAndDifferentiate() => optimizer!.Backward(Record().Sum());
}
